/** How is work on copies recorded that nobody has claimed: what jobs do to what is at Zenodo already? */
import type { IdleCopy, UpkeepStore } from '../replication/ports/jobs.ts'
import type { Database } from './connection.ts'
import { updateIdle } from './fence.ts'
import { askClaimed } from './load-claimed.ts'
import { recordIntent, recordStep, repoint } from './record-step.ts'
import { newRound } from './round.ts'
import { inRounds } from './transaction.ts'

export function createUpkeep(db: Database): UpkeepStore {
  return {
    load: (copyId) => load(db, copyId),
    recordStep: (proof, copyId, record) => recordStep(db, proof, { copyId, ...record }, updateIdle),
    announce: (proof, copyId, intent) => recordIntent(db, proof, { copyId, intent, outcome: null }, updateIdle),
    settleIntent: (proof, copyId, settlement) => recordIntent(db, proof, { copyId, ...settlement }, updateIdle),
    repoint: (proof, copyId, change) => repoint(db, proof, { copyId, ...change }, updateIdle),
  }
}

async function load(db: Database, copyId: number): Promise<IdleCopy | null> {
  return await inRounds(db, async (transaction) => {
    const round = newRound(transaction)
    const claimed = askClaimed(round, transaction, [copyId])
    const sql = 'SELECT metadata_digest AS digest FROM zenodo_copies WHERE id = ?'
    const digests = round.ask<{ readonly digest: string | null }>(sql, [copyId])
    await round.send()
    const [one] = await claimed()
    return one === undefined ? null : { claimed: one.assemble(), metadataDigest: digests()[0]?.digest ?? null }
  })
}
