/** How do copies come into the table? One transaction with the dataset locked: read, decide, carry out. */
import { createHash } from 'node:crypto'
import { type Copy, familyOf, positionOf } from '../core/copy.ts'
import type { Manifest } from '../core/manifest/manifest.ts'
import type { EnqueuePlan, Intake, NewCopy, StoredManifest } from '../replication/ports/intake.ts'
import { appendEvent } from './append-event.ts'
import type { Database } from './connection.ts'
import { insertFiles, replaceFiles, totalsOf } from './copy-files.ts'
import { storedTime } from './dialect.ts'
import { refreshHeldBack } from './held-back.ts'
import { selectCopies, toCopy } from './rows.ts'
import { inTransaction, now, type Transaction } from './transaction.ts'

type EnqueueArguments = Parameters<Intake['enqueue']>
type DatasetKey = EnqueueArguments[0]
type VersionKey = EnqueueArguments[1]

/** A dataset row, locked for the length of the transaction, and the version in question. */
interface Place {
  readonly datasetId: number
  readonly versionId: number | null
  readonly version: VersionKey
}

/** See the port: the same manifest and type give the same copy, however many callers there are. */
export async function enqueue(
  db: Database,
  keys: { readonly dataset: DatasetKey; readonly version: VersionKey },
  decide: EnqueueArguments[2],
): Promise<Array<{ readonly copy: Copy; readonly created: boolean }>> {
  return await inTransaction(db, async (transaction) => {
    const datasetId = await lockDataset(transaction, keys.dataset)
    const { versionId, stored } = await readVersion(transaction, datasetId, keys.version)
    const plan = decide({ stored, copies: await lockCopies(transaction, datasetId) })
    return await carryOut(transaction, { datasetId, versionId, version: keys.version }, plan)
  })
}

/** Read first: an insert that is ignored would leave a shared lock behind, over which two callers deadlock. */
async function lockDataset(transaction: Transaction, { doi, id }: DatasetKey): Promise<number> {
  const { trx } = transaction
  const locked = async () => await trx<DatasetRow>('datasets').where({ doi }).forUpdate().first('id', 'external_id')
  let row = await locked()
  if (row === undefined) {
    const first = { doi, external_id: id, created_at: now(transaction) }
    await trx('datasets').insert(first).onConflict('doi').ignore()
    row = await locked()
  }
  if (row === undefined) throw new Error(`dataset ${doi} could not be stored`)
  if (id !== null && row.external_id !== id) await trx('datasets').where('id', row.id).update({ external_id: id })
  return row.id
}

interface DatasetRow {
  readonly id: number
  readonly doi: string
  readonly external_id: string | null
}

interface VersionRow {
  readonly id: number
  readonly manifest: string
  readonly file_root: string | null
}

async function readVersion({ trx }: Transaction, datasetId: number, { number }: VersionKey) {
  const where = { dataset_id: datasetId, number }
  const [row]: VersionRow[] = await trx('dataset_versions').where(where).select('id', 'manifest', 'file_root')
  if (row === undefined) return { versionId: null, stored: null }
  const stored: StoredManifest = { manifest: JSON.parse(row.manifest) as Manifest, fileRoot: row.file_root }
  return { versionId: row.id, stored }
}

/** Locked, so that a claim which has just found a later copy waits, and then sees the earlier one added here. */
async function lockCopies({ trx }: Transaction, datasetId: number): Promise<Copy[]> {
  await trx('zenodo_copies').where('dataset_id', datasetId).orderBy('id').forUpdate().select('id')
  return (await selectCopies(trx).where('c.dataset_id', datasetId).orderBy('c.id')).map(toCopy)
}

async function carryOut(transaction: Transaction, place: Place, plan: EnqueuePlan) {
  const { trx } = transaction
  const versionId = plan.save === null ? place.versionId : await saveVersion(transaction, place, plan.save)
  const created: number[] = []
  for (const copy of plan.create) created.push(await insertCopy(transaction, { ...place, versionId }, copy))
  await refreshHeldBack(transaction, created)
  for (const { copyId, files } of plan.refreshFiles) await replaceFiles(transaction, copyId, files)
  const ids = [...plan.existing, ...created]
  const rows = await selectCopies(trx).whereIn('c.id', ids).orderBy('c.id')
  return rows.map((row) => ({ copy: toCopy(row), created: created.includes(row.id) }))
}

async function saveVersion(transaction: Transaction, place: Place, save: StoredManifest): Promise<number> {
  const { trx } = transaction
  const { version } = save.manifest
  const manifest = JSON.stringify(save.manifest)
  const row = {
    external_id: place.version.id,
    published: version.published ? 1 : 0,
    publication_date: version.publicationDate ?? null,
    manifest,
    file_root: save.fileRoot,
    digest: createHash('sha256').update(manifest).digest('hex'),
    updated_at: now(transaction),
  }
  if (place.versionId !== null) {
    await trx('dataset_versions').where('id', place.versionId).update(row)
    return place.versionId
  }
  const key = { dataset_id: place.datasetId, number: place.version.number }
  const [id] = await trx('dataset_versions').insert({ ...row, ...key, created_at: now(transaction) })
  return id as number
}

async function insertCopy(transaction: Transaction, place: Place, copy: NewCopy): Promise<number> {
  const { trx } = transaction
  const at = now(transaction)
  const row = {
    dataset_id: place.datasetId,
    dataset_version_id: place.versionId,
    copy_type: copy.type,
    family: familyOf(copy.type),
    position: positionOf(place.version.number, copy.type),
    state: 'enqueued',
    priority: copy.priority,
    run_after: copy.runAfter === null ? at : storedTime(copy.runAfter),
    requested_by: copy.requestedBy,
    ...totalsOf(copy.files),
  }
  const times = { created_at: at, updated_at: at, state_changed_at: at }
  const [id] = (await trx('zenodo_copies').insert({ ...row, ...times })) as [number]
  await insertFiles(transaction, id, copy.files)
  const actor = copy.requestedBy ?? 'system'
  await appendEvent(transaction, { copyId: id, kind: 'enqueued', actor, term: null, data: { type: copy.type } })
  return id
}
