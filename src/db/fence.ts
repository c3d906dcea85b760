/** How is a worker that no longer leads kept from writing? Every write of it goes through here. */
import { Failure } from '../core/failure.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { rowsOf } from './sql.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

/** A transaction that holds the lease row: no takeover can happen before it ends. */
export interface Fenced extends Transaction {
  readonly proof: LeaseProof
  /** Whether a person had paused the service when the transaction began. */
  readonly paused: boolean
}

/**
 * One transaction of the leader. The lease row is locked by the first statement: a plain read would see a lease that is
 * being taken over, and an EXISTS inside the update is not locked under READ COMMITTED (measured on MariaDB 10.11).
 * @throws Failure `lease_lost` when the row is no longer the proof's; nothing was written then.
 */
export async function fenced<T>(
  db: Database,
  proof: LeaseProof,
  work: (fence: Fenced) => Promise<T>,
  also?: (error: unknown) => boolean,
): Promise<T> {
  const { name, holder, term } = proof
  return await inTransaction(
    db,
    async (transaction) => {
      const [lease] = await rowsOf<{ paused: number }>(transaction, lockLease(db), [name, holder, term])
      if (lease === undefined) throw leaseLost(proof, 'another worker has taken it over, or it was broken')
      return await work({ ...transaction, proof, paused: lease.paused > 0 })
    },
    also,
  )
}

/** The pause is read along: what a person switches off must be seen by each claim, and costs none a statement of its own. */
function lockLease({ dialect }: Database): string {
  const paused = "(SELECT COUNT(*) FROM switches WHERE name = 'pause')"
  return `SELECT ${paused} AS paused FROM leases WHERE name = ? AND holder = ? AND term = ? ${dialect.lock.share}`
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
