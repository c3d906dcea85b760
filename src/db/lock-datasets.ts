/** What is known of the datasets of a batch, with nobody else changing it until the transaction ends? */
import type { Copy } from '../core/copy.ts'
import type { Manifest } from '../core/manifest/manifest.ts'
import type { IntakeRequest, KnownDataset, StoredManifest } from '../replication/ports/intake.ts'
import { insertRows } from './insert-rows.ts'
import { selectCopies, toCopy } from './rows.ts'
import type { Transaction } from './transaction.ts'

export interface LockedDataset {
  readonly id: number
  readonly doi: string
  readonly externalId: string | null
  /** Whether its row was made here, perhaps by a caller who was faster. */
  readonly isNew: boolean
}

interface DatasetRow {
  readonly id: number
  readonly doi: string
  readonly external_id: string | null
}

/**
 * By DOI, in the order of the DOIs, so that two batches never hold what the other one waits for.
 * Read first: most datasets of a later version are there.
 */
export async function lockDatasets(
  { trx, db }: Transaction,
  requests: readonly IntakeRequest[],
  at: string,
): Promise<Map<string, LockedDataset>> {
  const wanted = new Map(requests.map(({ dataset }) => [dataset.doi, dataset.id]))
  const locked = async (dois: readonly string[]) => {
    const rows: DatasetRow[] = await trx('datasets')
      .whereIn('doi', [...dois].sort())
      .orderBy('doi')
      .forUpdate()
      .select('id', 'doi', 'external_id')
    return rows
  }
  const old = await locked([...wanted.keys()])
  for (const { doi } of old) wanted.delete(doi)
  const missing = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))
  const fresh = missing.map(([doi, id]) => ({ doi, external_id: id, created_at: at }))
  await insertRows(trx, 'datasets', fresh, db.dialect.orKeep('doi'))
  const made = missing.length === 0 ? [] : await locked(missing.map(([doi]) => doi))
  const all = [...old.map((row) => toLocked(row, false)), ...made.map((row) => toLocked(row, true))]
  return new Map(all.map((dataset) => [dataset.doi, dataset]))
}

function toLocked({ id, doi, external_id: externalId }: DatasetRow, isNew: boolean): LockedDataset {
  return { id, doi, externalId, isNew }
}

export interface KnownVersion extends KnownDataset {
  readonly versionId: number | null
}

/** For each of these versions, one a dataset, in their order. */
export async function readKnown(
  transaction: Transaction,
  wanted: ReadonlyArray<{ readonly datasetId: number; readonly number: number }>,
): Promise<KnownVersion[]> {
  const datasetIds = wanted.map(({ datasetId }) => datasetId)
  const versionIds = await versionIdsOf(transaction, wanted)
  const stored = await readManifests(transaction, versionIds)
  const copies = await lockCopies(transaction, datasetIds)
  return wanted.map(({ datasetId }, index) => {
    const versionId = versionIds[index] ?? null
    return { versionId, stored: stored.get(versionId) ?? null, copies: copies.get(datasetId) ?? [] }
  })
}

interface VersionKeyRow {
  readonly id: number
  readonly dataset_id: number
  readonly number: number
}

/** Read from the index alone, as manifests are long. Null for a version that is not there. */
export async function versionIdsOf(
  { trx }: Transaction,
  wanted: ReadonlyArray<{ readonly datasetId: number; readonly number: number }>,
): Promise<Array<number | null>> {
  const rows: VersionKeyRow[] = await trx('dataset_versions')
    .whereIn(
      'dataset_id',
      wanted.map(({ datasetId }) => datasetId),
    )
    .select('id', 'dataset_id', 'number')
  const byKey = new Map(rows.map((row) => [`${row.dataset_id} ${row.number}`, row.id]))
  return wanted.map(({ datasetId, number }) => byKey.get(`${datasetId} ${number}`) ?? null)
}

async function readManifests(
  { trx }: Transaction,
  versionIds: ReadonlyArray<number | null>,
): Promise<Map<number | null, StoredManifest>> {
  const ids = versionIds.filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const rows: Array<{ readonly id: number; readonly manifest: string; readonly file_root: string | null }> = await trx(
    'dataset_versions',
  )
    .whereIn('id', ids)
    .select('id', 'manifest', 'file_root')
  return new Map(
    rows.map((row) => [row.id, { manifest: JSON.parse(row.manifest) as Manifest, fileRoot: row.file_root }]),
  )
}

/** Locked, so that a claim which has just found a later copy waits, and then sees the earlier one added here. */
async function lockCopies({ trx, db }: Transaction, datasetIds: readonly number[]): Promise<Map<number, Copy[]>> {
  const ids: number[] = await trx('zenodo_copies')
    .whereIn('dataset_id', [...datasetIds])
    .orderBy('id')
    .forUpdate()
    .pluck('id')
  const copies = new Map<number, Copy[]>()
  if (ids.length === 0) return copies
  // the other nodes of a cluster know nothing of these locks: one of them that ends such a copy meanwhile must collide with this
  if (db.isCluster()) {
    const touched = { updated_at: trx.raw(db.dialect.now) }
    await trx('zenodo_copies').whereIn('id', ids).whereNotNull('open_position').update(touched)
  }
  const rows = await selectCopies(trx)
    .whereIn('c.dataset_id', [...datasetIds])
    .orderBy('c.id')
  for (const row of rows) copies.set(row.dataset_id, [...(copies.get(row.dataset_id) ?? []), toCopy(row)])
  return copies
}
