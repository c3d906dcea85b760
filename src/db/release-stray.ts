/** Which copies does the leader hold without knowing? A claim was stored, but its answer was lost on the way. */
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { fenced, updateClaimed } from './fence.ts'
import { workerEvent } from './record-step.ts'
import { now } from './transaction.ts'

/** Back into the queue, at no cost. @returns their ids */
export async function releaseStray(db: Database, proof: LeaseProof, held: readonly number[]): Promise<number[]> {
  return await fenced(db, proof, async (fence) => {
    const ids: number[] = await fence
      .trx('zenodo_copies')
      .where({ state: 'replicating', claim_term: proof.term })
      .whereNotIn('id', [...held])
      .orderBy('id')
      .forUpdate()
      .pluck('id')
    for (const id of ids) {
      const at = now(fence)
      const back = { state: 'enqueued', claim_term: null, claimed_at: null, state_changed_at: at, updated_at: at }
      await updateClaimed(fence, id, back)
      await workerEvent(fence, id, 'released', { reason: 'stray', delayMs: 0 })
    }
    return ids
  })
}
