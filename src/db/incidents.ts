/** What is out of order as a whole? Stored, so that it is told once and ended once, whoever leads meanwhile. */
import { hintFor } from '../core/failure.ts'
import type { IncidentCause } from '../core/messages.ts'
import { redact } from '../core/redact.ts'
import type { Incident, Incidents } from '../replication/ports/outbox.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { type Fenced, fenced } from './fence.ts'
import { post } from './post-message.ts'
import { readNow } from './transaction.ts'

interface IncidentRow {
  readonly id: number
  readonly cause: IncidentCause
  readonly code: string
  readonly message: string
  readonly opened_at: string
  readonly closed_at: string | null
}

type Now = Parameters<Incidents['settle']>[2]

export function createIncidents(db: Database): Incidents {
  return {
    standing: async () => {
      const rows: IncidentRow[] = await db.knex('incidents').whereNotNull('open_cause').orderBy('id')
      return rows.map(toIncident)
    },
    settle: async (proof, causes, now, mail) => {
      const once = () => fenced(db, proof, (fence) => settle(fence, { causes, now, mail }))
      // of two who see the same begin at once one comes first, and the other looks again
      return await once().catch((error: unknown) => {
        if (!db.dialect.isDuplicate(error)) throw error
        return once()
      })
    },
  }
}

interface Settled {
  readonly causes: readonly IncidentCause[]
  readonly now: Now
  readonly mail: boolean
}

async function settle(fence: Fenced, { causes, now, mail }: Settled): Promise<boolean> {
  const rows: IncidentRow[] = await fence.trx('incidents').whereIn('open_cause', [...causes])
  const over = rows.filter(({ cause }) => cause !== now?.cause)
  const when = { at: await readNow(fence), mail }
  for (const row of over) await end(fence, row, when)
  if (now === null) return over.length > 0
  if (over.length < rows.length) await renew(fence, now)
  else await begin(fence, now, when)
  return over.length > 0 || over.length === rows.length
}

interface When {
  readonly at: string
  readonly mail: boolean
}

async function begin(fence: Fenced, { cause, failure }: NonNullable<Now>, when: When): Promise<void> {
  const message = redact(failure.message)
  const row = { cause, open_cause: cause, code: failure.code, message, opened_at: when.at }
  const [id = 0] = await fence.trx('incidents').insert(row)
  await tell(fence, 'incident.opened', { ...row, id, closed_at: null }, when)
}

/** What is known of it now. It was told already. */
async function renew(fence: Fenced, { cause, failure }: NonNullable<Now>): Promise<void> {
  const known = { code: failure.code, message: redact(failure.message) }
  await fence.trx('incidents').where('open_cause', cause).update(known)
}

async function end(fence: Fenced, row: IncidentRow, when: When): Promise<void> {
  await fence.trx('incidents').where('id', row.id).update({ open_cause: null, closed_at: when.at })
  await tell(fence, 'incident.closed', { ...row, closed_at: when.at }, when)
}

async function tell(
  fence: Fenced,
  kind: 'incident.opened' | 'incident.closed',
  row: IncidentRow,
  { at, mail }: When,
): Promise<void> {
  const { id: incidentId, closedAt, ...same } = toIncident(row)
  const payload = { incidentId, ...same, hint: hintFor(row.code), ...(closedAt === null ? {} : { closedAt }) }
  const message = { kind, copyId: null, payload }
  await post(fence, at, [message, ...(mail ? [{ ...message, channel: 'mail' as const }] : [])])
}

function toIncident({ id, cause, code, message, opened_at, closed_at }: IncidentRow): Incident {
  const closedAt = closed_at === null ? null : isoTime(closed_at)
  return { id, cause, code, message, openedAt: isoTime(opened_at), closedAt }
}
