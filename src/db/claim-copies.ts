/** Which copies does the leader take next? Due, in order, within its lanes, and never two of a dataset and family. */
import type { Knex } from 'knex'
import { Failure } from '../core/failure.ts'
import type { ClaimedCopy, ClaimRequest } from '../replication/ports/work-store.ts'
import { appendEvent } from './append-event.ts'
import type { Database } from './connection.ts'
import { type Fenced, fenced } from './fence.ts'
import { loadClaimed } from './load-claimed.ts'
import { whereOvertaken, whereReady } from './readiness.ts'
import { fail } from './settle-copy.ts'
import { now } from './transaction.ts'

/** Claims up to the free slots. Costs no attempt: that is counted when the run ends. */
export async function claimCopies(db: Database, request: ClaimRequest): Promise<ClaimedCopy[]> {
  if (request.slots <= 0 || request.only?.length === 0) return []
  const claim = async (fence: Fenced) => {
    if (await isPaused(fence)) return []
    const ids = await lockWaiting(fence, await candidates(fence, request))
    const claimed: ClaimedCopy[] = []
    for (const id of await keepOrder(fence, ids)) claimed.push(...(await loadOrFail(fence, id)))
    return claimed
  }
  // a duplicate key here is a second runner for a dataset and family: look again, it is not a candidate any more
  return await fenced(db, request.proof, claim, db.dialect.isDuplicate)
}

/** A row that cannot be read must not keep all others from being claimed. What the database refuses is not its doing. */
async function loadOrFail(fence: Fenced, id: number): Promise<ClaimedCopy[]> {
  try {
    return [await loadClaimed(fence, id)]
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const text = `What is stored about copy ${id} cannot be read: ${error.message}.`
    await fail(fence, id, { failure: new Failure('internal_error', text, { cause: error }), attempt: false })
    return []
  }
}

/** The switch `breaker` only shows what the leader knows by itself, so it is not asked here. */
async function isPaused({ trx }: Fenced): Promise<boolean> {
  return (await trx('switches').where('name', 'pause').first('name')) !== undefined
}

interface Candidate {
  readonly id: number
  readonly priority: number
  readonly run_after: string
  readonly bytes_total: number
}

/** The first in order; when too many of them are large, small ones are looked for behind any number of large ones. */
async function candidates(fence: Fenced, request: ClaimRequest): Promise<number[]> {
  const { slots, largeBytes } = request
  const largeSlots = Math.max(0, request.largeSlots)
  const first = await due(fence, request).limit(slots)
  const large = first.filter((one) => one.bytes_total >= largeBytes)
  if (large.length <= largeSlots) return first.map(({ id }) => id)
  const small = await due(fence, request).where('c.bytes_total', '<', largeBytes).limit(slots)
  return [...large.slice(0, largeSlots), ...small]
    .sort(inOrder)
    .slice(0, slots)
    .map(({ id }) => id)
}

function inOrder(a: Candidate, b: Candidate): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  if (a.run_after !== b.run_after) return a.run_after < b.run_after ? -1 : 1
  return a.id - b.id
}

function due({ trx, db }: Fenced, { only }: ClaimRequest): Knex.QueryBuilder<Candidate, Candidate[]> {
  const query = whereReady(trx('zenodo_copies as c'), trx).whereRaw(`c.run_after <= ${db.dialect.now}`)
  if (only !== null) query.whereIn('c.id', [...only])
  return query
    .orderBy(['c.priority', 'c.run_after', 'c.id'])
    .select('c.id', 'c.priority', 'c.run_after', 'c.bytes_total')
}

/** By primary key, in id order: the only rows locked are those that are taken. */
async function lockWaiting({ trx, db }: Fenced, ids: readonly number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const waiting: number[] = await trx('zenodo_copies')
    .whereIn('id', [...ids])
    .where('state', 'enqueued')
    .whereRaw(`run_after <= ${db.dialect.now}`)
    .orderBy('id')
    .forUpdate()
    .pluck('id')
  return ids.filter((id) => waiting.includes(id))
}

/**
 * Takes them, then looks again: an earlier copy may have been committed between the search and the lock (it is then seen,
 * because adding a copy locks the others of its dataset). Those overtaken go back untouched.
 */
async function keepOrder(fence: Fenced, ids: readonly number[]): Promise<number[]> {
  const { trx, proof } = fence
  if (ids.length === 0) return []
  const at = now(fence)
  const taken = { state: 'replicating', claim_term: proof.term, claimed_at: at, heartbeat_at: at, state_changed_at: at }
  await trx('zenodo_copies')
    .whereIn('id', [...ids])
    .update({ ...taken, updated_at: at })
  const overtaken: number[] = await whereOvertaken(trx('zenodo_copies as c'), trx)
    .whereIn('c.id', [...ids])
    .pluck('c.id')
  const back = { state: 'enqueued', claim_term: null, claimed_at: null, heartbeat_at: null }
  if (overtaken.length > 0) await trx('zenodo_copies').whereIn('id', overtaken).update(back)
  const kept = ids.filter((id) => !overtaken.includes(id))
  for (const copyId of kept) {
    await appendEvent(fence, { copyId, kind: 'claimed', actor: 'worker', term: proof.term, data: {} })
  }
  return kept
}
