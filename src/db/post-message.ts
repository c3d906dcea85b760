/** How is a message for the repository stored? In the transaction that makes it true. */
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { identityOf } from '../core/whereabouts.ts'
import type { OutboxMessage } from '../replication/ports/work-store.ts'
import type { Fenced } from './fence.ts'
import { selectCopies, toCopy } from './rows.ts'
import { now } from './transaction.ts'

export async function post(fence: Fenced, copyId: number, { kind, payload }: OutboxMessage): Promise<void> {
  const at = now(fence)
  const row = { kind, copy_id: copyId, payload: JSON.stringify(payload), created_at: at, next_attempt_at: at }
  await fence.trx('outbox').insert(row)
}

/** The notice of an incident, with all that is needed to find it: one for each time that a copy needs a person. */
export async function postError(fence: Fenced, copyId: number, failure: Failure): Promise<void> {
  const [row] = await selectCopies(fence.trx).where('c.id', copyId)
  if (row === undefined) throw new Error(`copy ${copyId} is gone`)
  const copy = toCopy(row)
  const { depositionId, conceptRecid, doi, attempts } = copy
  const { code, hint } = failure
  const what = { code, message: redact(failure.message), hint }
  const payload = { ...identityOf(copy), depositionId, conceptRecid, doi, attempts, ...what }
  await post(fence, copyId, { kind: 'copy.error', payload })
}
