/** How is a worker that no longer leads kept from writing? Every write of it goes through here. */
import { Failure } from '../core/failure.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { rowsOf } from './sql.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

/** A transaction that holds the lease row: no takeover can happen before it ends. */
export interface Fenced extends Transaction {
  readonly proof: LeaseProof
}

/** One in which copies may be claimed. */
export interface FencedClaim extends Fenced {
  /** Whether a person had paused the service when the transaction began. */
  readonly paused: boolean
}

type Also = (error: unknown) => boolean

/**
 * One transaction of the leader. The lease row is locked by the first statement: a plain read would see a lease that is
 * being taken over, and an EXISTS inside the update is not locked under READ COMMITTED (measured on MariaDB 10.11).
 * @throws Failure `lease_lost` when the row is no longer the proof's; nothing was written then.
 */
export async function fenced<T>(
  db: Database,
  proof: LeaseProof,
  work: (fence: Fenced) => Promise<T>,
  also?: Also,
): Promise<T> {
  return await holding(db, proof, { reads: 'term', work: (fence) => work(fence), also })
}

/** The pause is read along: what a person switches off must be seen by each claim, and costs none a statement of its own. */
export async function fencedClaim<T>(
  db: Database,
  proof: LeaseProof,
  work: (fence: FencedClaim) => Promise<T>,
  also?: Also,
): Promise<T> {
  const reads = "(SELECT COUNT(*) FROM switches WHERE name = 'pause')"
  return await holding(db, proof, { reads, work: (fence, paused) => work({ ...fence, paused: paused > 0 }), also })
}

interface Held<T> {
  /** An expression that is read with the lease. */
  readonly reads: string
  readonly work: (fence: Fenced, read: number) => Promise<T>
  readonly also: Also | undefined
}

async function holding<T>(db: Database, proof: LeaseProof, { reads, work, also }: Held<T>): Promise<T> {
  const { name, holder, term } = proof
  const sql = `SELECT ${reads} AS found FROM leases WHERE name = ? AND holder = ? AND term = ? ${db.dialect.lock.share}`
  return await inTransaction(
    db,
    async (transaction) => {
      const [lease] = await rowsOf<{ found: number }>(transaction, sql, [name, holder, term])
      if (lease === undefined) throw leaseLost(proof, 'another worker has taken it over, or it was broken')
      return await work({ ...transaction, proof }, lease.found)
    },
    also,
  )
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

export function claimLost({ proof: { term } }: Fenced, copyId: number): Failure {
  const text = `Copy ${copyId} is no longer claimed under the term ${term}.`
  return new Failure('claim_lost', text, { details: { copy: copyId, term } })
}

function leaseLost({ name, term }: LeaseProof, why: string): Failure {
  return new Failure('lease_lost', `The lease "${name}" of term ${term} is lost: ${why}.`, { details: { name, term } })
}
