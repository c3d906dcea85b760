/** Which copies does the leader take next? Due, in order, within its lanes, and never two of a dataset and family. */
import type { ClaimRequest } from '../replication/ports/work-store.ts'
import type { NewEvent } from './append-event.ts'
import type { Fenced } from './fence.ts'
import { askClaimed, type Loaded } from './load-claimed.ts'
import { isReady } from './readiness.ts'
import { workerEventOf } from './record-step.ts'
import { newRound, type Round } from './round.ts'
import { marks } from './sql.ts'

interface Candidate {
  readonly id: number
  readonly queue_time: string
  readonly bytes_total: number
}

/**
 * Locks the first in order. Rows that another transaction is changing are passed over: they are looked at again next time, and
 * nobody waits for anybody. @param below only copies with fewer bytes
 */
export function askDue(
  round: Round,
  { db: { dialect } }: Fenced,
  { only, slots }: ClaimRequest,
  below: number | null = null,
): () => readonly Candidate[] {
  if (slots <= 0 || only?.length === 0) return () => []
  const chosen = only === null ? '' : `AND c.id IN ${marks(only.length)}`
  // without the hint an optimizer may sort, and so lock, all that waits
  const from = only === null ? dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_claim') : 'zenodo_copies c'
  const size = below === null ? '' : 'AND c.bytes_total < ?'
  const sql = `SELECT c.id, c.queue_time, c.bytes_total FROM ${from}
    WHERE ${isReady(dialect)} AND c.run_after <= ${dialect.now} ${chosen} ${size}
    ORDER BY c.queue_time, c.id LIMIT ${slots} ${dialect.lock.freeRows}`
  return round.ask<Candidate>(sql, [...(only ?? []), ...(below === null ? [] : [below])])
}

/** Of those found; when too many of them are large, small ones are looked for behind any number of large ones. */
export async function chooseFrom(
  first: readonly Candidate[],
  fence: Fenced,
  request: ClaimRequest,
): Promise<readonly number[]> {
  const { slots, largeBytes } = request
  const largeSlots = Math.max(0, request.largeSlots)
  const large = first.filter((one) => one.bytes_total >= largeBytes)
  if (large.length <= largeSlots) return first.map(({ id }) => id)
  const round = newRound(fence)
  const small = askDue(round, fence, request, largeBytes)
  await round.send()
  return [...large.slice(0, largeSlots), ...small()]
    .sort(inOrder)
    .slice(0, slots)
    .map(({ id }) => id)
}

function inOrder(a: Candidate, b: Candidate): number {
  if (a.queue_time !== b.queue_time) return a.queue_time < b.queue_time ? -1 : 1
  return a.id - b.id
}

/** Takes those that were locked and chosen, and reads them. Costs no attempt: that is counted when the run ends. */
export function askTake(round: Round, fence: Fenced, ids: readonly number[]): () => Promise<readonly Loaded[]> {
  if (ids.length === 0) return async () => []
  const { now } = fence.db.dialect
  round.ask(
    `UPDATE zenodo_copies SET state = 'replicating', claim_term = ?, claimed_at = ${now}, heartbeat_at = ${now},
       state_changed_at = ${now}, updated_at = ${now} WHERE id IN ${marks(ids.length)}`,
    [fence.proof.term, ...ids],
  )
  return askClaimed(round, fence, ids)
}

export function claimEvents(fence: Fenced, ids: readonly number[]): NewEvent[] {
  return ids.map((id) => workerEventOf(fence, id, 'claimed', {}))
}
