/** How far are the running copies, and which of them are no longer ours? */
import type { LeaseProof, RunningProgress } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced } from './fence.ts'
import { now } from './transaction.ts'

/** Progress of all running copies in one statement. @returns ids that are not claimed under the term. */
export async function heartbeat(
  db: Database,
  proof: LeaseProof,
  running: readonly RunningProgress[],
): Promise<number[]> {
  if (running.length === 0) return []
  const ids = running.map(({ copyId }) => copyId)
  return await fenced(db, proof, async (fence) => {
    const ours = { state: 'replicating', claim_term: proof.term }
    await fence
      .trx('zenodo_copies')
      .whereIn('id', ids)
      .where(ours)
      .update({
        bytes_done: byId(fence, running, 'bytesDone'),
        files_done: byId(fence, running, 'filesDone'),
        heartbeat_at: now(fence),
      })
    const claimed: number[] = await fence.trx('zenodo_copies').whereIn('id', ids).where(ours).pluck('id')
    return ids.filter((id) => !claimed.includes(id))
  })
}

function byId({ trx }: Fenced, running: readonly RunningProgress[], field: 'bytesDone' | 'filesDone') {
  const cases = running.map(() => 'WHEN ? THEN ?').join(' ')
  const bindings = running.flatMap((one) => [one.copyId, one[field]])
  return trx.raw(`CASE id ${cases} END`, bindings)
}
