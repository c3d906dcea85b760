/** How do copies come into the table? One transaction with the datasets locked: read, decide, carry out. */
import type { IntakeCopy, IntakeRequest } from '../replication/ports/intake.ts'
import type { Database } from './connection.ts'
import { type LockedDataset, lockDatasets, readKnown } from './lock-datasets.ts'
import { type Decided, storePlans } from './store-plans.ts'
import { inTransaction, readNow, type Transaction } from './transaction.ts'

/** See the port: the same manifest and type give the same copy, however many callers there are. */
export async function enqueue(db: Database, requests: readonly IntakeRequest[]): Promise<IntakeCopy[][]> {
  return await inTransaction(db, async (transaction) => {
    const at = await readNow(transaction)
    const datasets = await lockDatasets(transaction, requests, at)
    const copies = new Map<IntakeRequest, IntakeCopy[]>()
    for (const round of rounds(requests)) {
      const decided = await decide(transaction, datasets, round)
      const stored = await storePlans(transaction, at, decided)
      for (const [index, { request }] of decided.entries()) copies.set(request, stored[index] ?? [])
    }
    const used = new Set([...copies.keys()].map(({ dataset }) => dataset.doi))
    await dropUnused(
      transaction,
      [...datasets.values()].filter(({ doi, isNew }) => isNew && !used.has(doi)),
    )
    return requests.map((request) => copies.get(request) ?? [])
  })
}

/** Requests about one dataset come one after the other, those about different ones together. */
function rounds(requests: readonly IntakeRequest[]): IntakeRequest[][] {
  const ofDataset = [...Map.groupBy(requests, ({ dataset }) => dataset.doi).values()]
  const longest = Math.max(0, ...ofDataset.map(({ length }) => length))
  return Array.from({ length: longest }, (_, turn) => ofDataset.flatMap((list) => list[turn] ?? []))
}

async function decide(
  transaction: Transaction,
  datasets: ReadonlyMap<string, LockedDataset>,
  requests: readonly IntakeRequest[],
): Promise<Decided[]> {
  const wanted = requests.map((request) => {
    const dataset = datasets.get(request.dataset.doi)
    if (dataset === undefined) throw new Error(`dataset ${request.dataset.doi} could not be stored`)
    return { request, dataset, datasetId: dataset.id, number: request.version.number }
  })
  const known = await readKnown(transaction, wanted)
  return wanted.flatMap(({ request, dataset }, index) => {
    const { versionId = null, stored = null, copies = [] } = known[index] ?? {}
    const plan = request.decide({ stored, copies })
    return plan === null ? [] : [{ request, dataset, versionId, copies, plan }]
  })
}

/** Datasets that were made for nothing but refused requests. */
async function dropUnused({ trx }: Transaction, datasets: readonly LockedDataset[]): Promise<void> {
  if (datasets.length === 0) return
  const ids = datasets.map(({ id }) => id)
  await trx('datasets')
    .whereIn('id', ids)
    .whereNotExists(trx('dataset_versions').select('id').whereRaw('dataset_id = datasets.id'))
    .del()
}
