/** Which copies does the leader take next? Due, in order, within its lanes, and never two of a dataset and family. */
import { Failure } from '../core/failure.ts'
import type { ClaimedCopy, ClaimRequest } from '../replication/ports/work-store.ts'
import { appendEvents } from './append-event.ts'
import type { Fenced, FencedClaim } from './fence.ts'
import { type LoadedRow, loadRest, loadRows } from './load-claimed.ts'
import { isReady } from './readiness.ts'
import { timeOf } from './rows.ts'
import { settleWithin } from './settle-copies.ts'
import { marks, rowsOf, write } from './sql.ts'

/** Claims up to the free slots, with the same number of statements for any number. Costs no attempt: that is counted when the run ends. */
export async function claimWithin(fence: FencedClaim, request: ClaimRequest): Promise<ClaimedCopy[]> {
  if (request.slots <= 0 || request.only?.length === 0 || fence.paused) return []
  const ids = await candidates(fence, request)
  if (ids.length === 0) return []
  const rows = await take(fence, ids)
  if (rows.length === 0) return []
  const { term } = fence.proof
  await appendEvents(
    fence,
    timeOf(rows),
    rows.map(({ id }) => ({ copyId: id, kind: 'claimed', actor: 'worker', term, data: {} })),
  )
  return await readable(fence, rows)
}

interface Candidate {
  readonly id: number
  readonly queue_time: string
  readonly bytes_total: number
}

/**
 * The first in order; when too many of them are large, small ones are looked for behind any number of large ones. Rows that
 * another transaction is changing are passed over: they are looked at again next time, and nobody waits for anybody.
 */
async function candidates(fence: Fenced, request: ClaimRequest): Promise<number[]> {
  const { slots, largeBytes } = request
  const largeSlots = Math.max(0, request.largeSlots)
  const first = await due(fence, request, null)
  const large = first.filter((one) => one.bytes_total >= largeBytes)
  if (large.length <= largeSlots) return first.map(({ id }) => id)
  const small = await due(fence, request, largeBytes)
  return [...large.slice(0, largeSlots), ...small]
    .sort(inOrder)
    .slice(0, slots)
    .map(({ id }) => id)
}

function inOrder(a: Candidate, b: Candidate): number {
  if (a.queue_time !== b.queue_time) return a.queue_time < b.queue_time ? -1 : 1
  return a.id - b.id
}

async function due(fence: Fenced, { only, slots }: ClaimRequest, below: number | null): Promise<Candidate[]> {
  const { dialect } = fence.db
  const chosen = only === null ? '' : `AND c.id IN ${marks(only.length)}`
  // without the hint an optimizer may sort, and so lock, all that waits
  const from = only === null ? dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_claim') : 'zenodo_copies c'
  const size = below === null ? '' : 'AND c.bytes_total < ?'
  const sql = `SELECT c.id, c.queue_time, c.bytes_total FROM ${from}
    WHERE ${isReady} AND c.run_after <= ${dialect.now} ${chosen} ${size}
    ORDER BY c.queue_time, c.id LIMIT ${slots} ${dialect.lock.freeRows}`
  return await rowsOf<Candidate>(fence, sql, [...(only ?? []), ...(below === null ? [] : [below])])
}

/**
 * Takes them, then looks again: the stored order let them through, the rule itself has the last word. Those overtaken go back
 * untouched. @returns in the order of `ids`
 */
async function take(fence: Fenced, ids: readonly number[]): Promise<LoadedRow[]> {
  const { now } = fence.db.dialect
  await write(
    fence,
    `UPDATE zenodo_copies SET state = 'replicating', claim_term = ?, claimed_at = ${now}, heartbeat_at = ${now},
       state_changed_at = ${now}, updated_at = ${now} WHERE id IN ${marks(ids.length)}`,
    [fence.proof.term, ...ids],
  )
  const byId = new Map((await loadRows(fence, ids)).map((row) => [row.id, row]))
  const rows = ids.flatMap((id) => byId.get(id) ?? [])
  const overtaken = rows.filter((row) => row.overtaken === 1).map(({ id }) => id)
  if (overtaken.length > 0) await giveBack(fence, overtaken)
  return rows.filter((row) => row.overtaken !== 1)
}

async function giveBack(fence: Fenced, ids: readonly number[]): Promise<void> {
  const back = "state = 'enqueued', claim_term = NULL, claimed_at = NULL, heartbeat_at = NULL"
  await write(fence, `UPDATE zenodo_copies SET ${back} WHERE id IN ${marks(ids.length)}`, ids)
}

/** A row that cannot be read must not keep all others from being claimed. What the database refuses is not its doing. */
async function readable(fence: Fenced, rows: readonly LoadedRow[]): Promise<ClaimedCopy[]> {
  const claimed: ClaimedCopy[] = []
  const assemble = await loadRest(fence, rows)
  for (const row of rows) {
    try {
      claimed.push(assemble(row))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      const text = `What is stored about copy ${row.id} cannot be read: ${error.message}.`
      const failure = new Failure('internal_error', text, { cause: error })
      await settleWithin(fence, [{ copyId: row.id, outcome: { kind: 'error', failure, attempt: false } }])
    }
  }
  return claimed
}
