/** How is it written down what people did, and read again? Only added to. */
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import type { AuditEntry, AuditLog, AuditRecord, AuditRequest } from '../replication/ports/audit-log.ts'
import type { Database } from './connection.ts'
import { isoTime, storedTime } from './dialect.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

interface Row {
  readonly id: number
  readonly at: string
  readonly who: string
  readonly role: AuditEntry['role']
  readonly how: AuditEntry['how']
  readonly action: string
  readonly subject: string
  readonly reason: string | null
  readonly outcome: string
  readonly request_id: string | null
}

/** In the transaction of the change: there is no change without its entry, and no entry of a change that was undone. */
export async function recordAudit(
  transaction: Transaction,
  { action, actor, subject, outcome }: AuditRecord,
): Promise<void> {
  await transaction.trx('audit_log').insert({
    at: now(transaction),
    who: actor.name,
    role: actor.role ?? null,
    how: actor.how ?? 'library',
    action,
    subject: JSON.stringify(subject),
    reason: actor.reason === null ? null : redact(actor.reason),
    outcome: JSON.stringify(outcome),
    request_id: actor.requestId ?? null,
  })
}

export function createAuditLog(db: Database): AuditLog {
  return {
    record: (record) => inTransaction(db, (transaction) => recordAudit(transaction, record)),
    list: (request) => listAudit(db, request),
  }
}

/** @throws Failure `bad_request` for a cursor that is none */
async function listAudit(
  { knex }: Database,
  { who, action, from, to, limit = 50, cursor }: AuditRequest,
): Promise<{ readonly entries: AuditEntry[]; readonly nextCursor: string | null }> {
  const query = knex('audit_log')
    .orderBy('id', 'desc')
    .limit(limit + 1)
  if (who !== undefined) query.where({ who })
  if (action !== undefined) query.where({ action })
  if (from !== undefined) query.where('at', '>=', storedTime(from))
  // stored finer than it is shown
  if (to !== undefined) query.where('at', '<', storedTime(new Date(Date.parse(to) + 1).toISOString()))
  if (cursor !== undefined) query.where('id', '<', idOf(cursor))
  const rows: Row[] = await query
  const entries = rows.slice(0, limit).map(toEntry)
  return { entries, nextCursor: rows.length > limit ? String(entries.at(-1)?.id) : null }
}

function idOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Failure('bad_request', 'The cursor does not belong to this list. Begin again without one.')
}

function toEntry({ id, at, who, role, how, action, reason, request_id: requestId, ...json }: Row): AuditEntry {
  const [subject, outcome] = [json.subject, json.outcome].map((text) => JSON.parse(text) as AuditEntry['subject'])
  return {
    ...{ id, at: isoTime(at), who, role, how, action, reason, requestId },
    subject: subject ?? {},
    outcome: outcome ?? {},
  }
}
