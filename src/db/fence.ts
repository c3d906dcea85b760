/** How is a worker that no longer leads kept from writing? Every write of it goes through here. */
import { Failure } from '../core/failure.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import type { Round } from './round.ts'
import { type PlainValue, rowsOf, write } from './sql.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

/** A transaction that holds the lease row: no takeover can happen before it ends. In a cluster it fails when one did. */
export interface Fenced extends Transaction {
  readonly proof: LeaseProof
}

/**
 * One transaction of the leader. The lease row is locked by the first statement: a plain read would see a lease that is
 * being taken over, and an EXISTS inside the update is not locked under READ COMMITTED (measured on MariaDB 10.11).
 * @throws Failure `lease_lost` when the row is no longer the proof's; nothing was written then.
 */
export async function fenced<T>(db: Database, proof: LeaseProof, work: (fence: Fenced) => Promise<T>): Promise<T> {
  return await inTransaction(db, async (transaction) => {
    if (db.isCluster()) await write(transaction, ...markLease(proof))
    const [sql, bindings] = lockLease(db, proof, 'term')
    requireLease(await rowsOf(transaction, sql, bindings), proof)
    return await work({ ...transaction, proof })
  })
}

interface Held {
  readonly paused: number
  /** The database's time, as it is stored. */
  readonly at: string
}

/**
 * The lease is locked in the first of `round`'s statements; a lost one is seen when all of them were carried out, which are
 * undone then. @param claims reads along whether a person has paused the service: each claim must see it, and nothing else depends on it
 * @returns what is to be called after `send`. @throws Failure `lease_lost` from it
 */
export function askLease(round: Round, { db, proof }: Fenced, claims: boolean): () => Held {
  if (db.isCluster()) round.ask(...markLease(proof))
  const paused = claims ? "(SELECT COUNT(*) FROM switches WHERE name = 'pause')" : '0'
  const rows = round.ask<Held>(...lockLease(db, proof, `${paused} AS paused, ${db.dialect.now} AS at`))
  return () => requireLease(rows(), proof)
}

function lockLease(db: Database, { name, holder, term }: LeaseProof, columns: string): [string, PlainValue[]] {
  const where = 'name = ? AND holder = ? AND term = ?'
  return [`SELECT ${columns} FROM leases WHERE ${where} ${db.dialect.lock.share}`, [name, holder, term]]
}

/**
 * A lock holds on one node only, and a transaction whose commit is on its way when another node takes the lease over would be carried
 * out behind that (seen once in thirty takeovers between two nodes under load). Of two transactions that write the same row the later one fails.
 */
function markLease({ name, holder, term }: LeaseProof): [string, PlainValue[]] {
  return ['UPDATE leases SET beat = beat + 1 WHERE name = ? AND holder = ? AND term = ?', [name, holder, term]]
}

function requireLease<Row>([lease]: readonly Row[], proof: LeaseProof): Row {
  if (lease === undefined) throw leaseLost(proof, 'another worker has taken it over, or it was broken')
  return lease
}

/**
 * Changes a copy that is claimed under the proof's term.
 * @throws Failure `claim_lost` when it is not, or not any more: a person or a later leader has moved it.
 */
export async function updateClaimed(
  fence: Fenced,
  copyId: number,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const changed = await fence
    .trx('zenodo_copies')
    .where({ id: copyId, state: 'replicating', claim_term: fence.proof.term })
    .update({ heartbeat_at: now(fence), ...changes })
  if (changed !== 1) throw claimLost(fence, copyId)
}

/** How a write makes sure that the copy is still its own. */
export type Update = typeof updateClaimed

/**
 * Changes a copy that nobody works on.
 * @throws Failure `claim_lost` when it is being worked on
 */
export async function updateIdle(
  fence: Fenced,
  copyId: number,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const changed = await fence
    .trx('zenodo_copies')
    .where({ id: copyId })
    .whereNot('state', 'replicating')
    .update({ updated_at: now(fence), ...changes })
  if (changed !== 1)
    throw new Failure('claim_lost', `Copy ${copyId} is being worked on.`, { details: { copy: copyId } })
}

export function claimLost({ proof: { term } }: Fenced, copyId: number): Failure {
  const text = `Copy ${copyId} is no longer claimed under the term ${term}.`
  return new Failure('claim_lost', text, { details: { copy: copyId, term } })
}

function leaseLost({ name, term }: LeaseProof, why: string): Failure {
  return new Failure('lease_lost', `The lease "${name}" of term ${term} is lost: ${why}.`, { details: { name, term } })
}
