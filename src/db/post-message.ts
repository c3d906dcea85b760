/** How is a message for the repository stored? In the transaction that makes it true. */
import type { OutboxMessage } from '../replication/ports/work-store.ts'
import type { Fenced } from './fence.ts'
import { now } from './transaction.ts'

export async function post(fence: Fenced, copyId: number, { kind, payload }: OutboxMessage): Promise<void> {
  const at = now(fence)
  const row = { kind, copy_id: copyId, payload: JSON.stringify(payload), created_at: at, next_attempt_at: at }
  await fence.trx('outbox').insert(row)
}
