/** How do copies whose files or drafts an audit missed go through the queue once more? As if they had failed, ahead of the others. */
import { nextState } from '../core/copy-state.ts'
import type { Actor } from '../replication/ports/desk.ts'
import type { Repair } from '../replication/ports/jobs.ts'
import { overtakenOf, putBack } from './act.ts'
import { appendEvent } from './append-event.ts'
import { recordAudit } from './audit-log.ts'
import type { Database } from './connection.ts'
import { refreshHeldBack } from './held-back.ts'
import type { CopyRow } from './rows.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

/** Each in a transaction of its own: one that cannot go back keeps none of the others. */
export async function repair(db: Database, jobId: number, actor: Actor | null): Promise<Repair> {
  const ids: number[] = await db
    .knex('job_items')
    .where({ job_id: jobId, state: 'failed' })
    .where('data', 'like', '%"remedy":"requeue"%')
    .whereNotNull('copy_id')
    .orderBy('id')
    .pluck('copy_id')
  const requeued: number[] = []
  const refused: number[] = []
  for (const id of ids) {
    const goes = await inTransaction(db, (transaction) => requeue(transaction, id, { jobId, actor }))
    if (goes) requeued.push(id)
    else refused.push(id)
  }
  return { requeued, refused }
}

/** @returns false when the copy is not finished any more, or a later version has been taken to Zenodo. */
async function requeue(
  transaction: Transaction,
  id: number,
  { jobId, actor }: { readonly jobId: number; readonly actor: Actor | null },
): Promise<boolean> {
  const { trx } = transaction
  const row: Pick<CopyRow, 'state' | 'family' | 'finished_at'> | undefined = await trx('zenodo_copies')
    .where({ id })
    .forUpdate()
    .first('state', 'family', 'finished_at')
  const to = row && nextState(row.state, 'repair')
  if (!row || !to || (await overtakenOf(transaction, [id], 'finished')).length > 0) return false
  if (actor === null) return true
  const { family, finished_at } = row
  // counted for good as finished, which it is no longer
  if (finished_at !== null)
    await trx('finished_counts').where({ family }).where('until', '>=', finished_at).decrement('count', 1)
  const at = now(transaction)
  const changes = { state: to, state_changed_at: at, updated_at: at, finished_at: null, ...putBack(transaction) }
  await trx('zenodo_copies').where({ id }).update(changes)
  const data = { from: row.state, to, reason: actor.reason, job: jobId }
  await appendEvent(transaction, { copyId: id, kind: 'repair', actor: actor.name, term: null, data })
  await refreshHeldBack(transaction, [id])
  await recordAudit(transaction, {
    action: 'copies.repair',
    actor,
    subject: { ids: [id], job: jobId },
    outcome: { done: 1 },
  })
  return true
}
