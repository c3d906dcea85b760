/** How do copies that end make room for the next? Both in one transaction: a commit costs more than what is in it. */
import type { ClaimRequest, Ending, LeaseProof, Turn } from '../replication/ports/work-store.ts'
import { claimWithin } from './claim-copies.ts'
import type { Database } from './connection.ts'
import { fenced, fencedClaim } from './fence.ts'
import { settleWithin } from './settle-copies.ts'

export async function turn(
  db: Database,
  proof: LeaseProof,
  { endings, next }: { readonly endings: readonly Ending[]; readonly next: ClaimRequest | null },
): Promise<Turn> {
  if (next === null)
    return await fenced(db, proof, async (fence) => ({ settled: await settleWithin(fence, endings), claimed: [] }))
  return await fencedClaim(
    db,
    proof,
    async (fence) => ({ settled: await settleWithin(fence, endings), claimed: await claimWithin(fence, next) }),
    // a duplicate key is a second runner for a dataset and family: look again, it is not a candidate any more
    db.dialect.isDuplicate,
  )
}
