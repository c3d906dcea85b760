/** How do copies that end make room for the next? Both in one transaction: a commit costs more than what is in it. */
import type { ClaimRequest, Ending, LeaseProof, Turn } from '../replication/ports/work-store.ts'
import { claimWithin } from './claim-copies.ts'
import type { Database } from './connection.ts'
import { fenced } from './fence.ts'
import { settleWithin } from './settle-copies.ts'

export async function turn(
  db: Database,
  proof: LeaseProof,
  { endings, next }: { readonly endings: readonly Ending[]; readonly next: ClaimRequest | null },
): Promise<Turn> {
  return await fenced(
    db,
    proof,
    async (fence) => {
      const settled = await settleWithin(fence, endings)
      return { settled, claimed: next === null ? [] : await claimWithin(fence, next) }
    },
    // a duplicate key is a second runner for a dataset and family: look again, it is not a candidate any more
    db.dialect.isDuplicate,
  )
}
