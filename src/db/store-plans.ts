/** How are the plans of a batch carried out? A few statements for all of them, however many they are. */
import { createHash } from 'node:crypto'
import { type Copy, familyOf, positionOf } from '../core/copy.ts'
import { mainTitle } from '../core/metadata/deposit-descriptions.ts'
import { blockedBy, isUnfinished } from '../core/ordering.ts'
import { foldText } from '../core/search.ts'
import type { EnqueuePlan, IntakeCopy, IntakeRequest, NewCopy, StoredManifest } from '../replication/ports/intake.ts'
import { appendEvents } from './append-event.ts'
import { insertFiles, replaceFiles, totalsOf } from './copy-files.ts'
import { storedTime } from './dialect.ts'
import { insertRows, type PlainRow } from './insert-rows.ts'
import { type LockedDataset, versionIdsOf } from './lock-datasets.ts'
import { type CopyRow, selectCopies, toCopy } from './rows.ts'
import type { Transaction } from './transaction.ts'

/** A plan with what it was made from. */
export interface Decided {
  readonly request: IntakeRequest
  readonly dataset: LockedDataset
  /** Null: the version is not stored yet. */
  readonly versionId: number | null
  /** Of all versions of the dataset. */
  readonly copies: readonly Copy[]
  readonly plan: EnqueuePlan
}

/** A plan whose version is stored. */
interface Placed extends Decided {
  readonly versionId: number
}

/** @param decided at most one a dataset. @returns the copies of each */
export async function storePlans(
  transaction: Transaction,
  at: string,
  decided: readonly Decided[],
): Promise<IntakeCopy[][]> {
  if (decided.length === 0) return []
  for (const one of decided) await renameDataset(transaction, one)
  const placed = await saveVersions(transaction, at, decided)
  await insertRows(
    transaction.trx,
    'zenodo_copies',
    placed.flatMap((one) => copyRows(one, at)),
  )
  await holdBackLater(transaction, placed)
  await replaceFiles(
    transaction,
    at,
    placed.flatMap(({ plan }) => plan.refreshFiles),
  )
  const rows = await readCopies(transaction, placed)
  await storeParts(transaction, at, { placed, rows })
  return placed.map(({ plan, versionId }) =>
    (rows.get(versionId) ?? []).flatMap((row) => {
      const created = newCopyOf(plan, row) !== undefined
      return created || plan.existing.includes(row.id) ? [{ copy: toCopy(row), created }] : []
    }),
  )
}

async function renameDataset({ trx }: Transaction, { dataset, request }: Decided): Promise<void> {
  const { id } = request.dataset
  if (id !== null && id !== dataset.externalId) {
    await trx('datasets').where('id', dataset.id).update({ external_id: id })
  }
}

async function saveVersions(transaction: Transaction, at: string, decided: readonly Decided[]): Promise<Placed[]> {
  const { trx } = transaction
  const rows: PlainRow[] = []
  for (const { plan, request, dataset, versionId } of decided) {
    if (plan.save === null) continue
    const row = versionRow(plan.save, request.version.id, at)
    const key = { dataset_id: dataset.id, number: request.version.number }
    if (versionId === null) rows.push({ ...key, ...row, created_at: at })
    else await trx('dataset_versions').where('id', versionId).update(row)
  }
  await insertRows(trx, 'dataset_versions', rows)
  const wanted = decided.map(({ dataset, request }) => ({ datasetId: dataset.id, number: request.version.number }))
  const ids = rows.length === 0 ? decided.map(({ versionId }) => versionId) : await versionIdsOf(transaction, wanted)
  return decided.map((one, index) => {
    const versionId = ids[index] ?? null
    if (versionId === null) throw new Error(`version ${one.request.version.number} of ${one.dataset.doi} is not stored`)
    return { ...one, versionId }
  })
}

/** As much of a title as is shown in lists and found by searches. */
const longestTitle = 500

function versionRow({ manifest, fileRoot }: StoredManifest, externalId: string | null, at: string) {
  const text = JSON.stringify(manifest)
  const title = mainTitle(manifest)?.slice(0, longestTitle).toWellFormed() ?? null
  return {
    external_id: externalId,
    title,
    title_folded: title === null ? null : foldText(title).slice(0, longestTitle),
    published: manifest.version.published ? 1 : 0,
    publication_date: manifest.version.publicationDate ?? null,
    manifest: text,
    file_root: fileRoot,
    digest: createHash('sha256').update(text).digest('hex'),
    updated_at: at,
  }
}

function copyRows({ plan, request, dataset, versionId, copies }: Placed, at: string): PlainRow[] {
  const { number } = request.version
  return plan.create.map((copy) => ({
    dataset_id: dataset.id,
    dataset_version_id: versionId,
    copy_type: copy.type,
    family: familyOf(copy.type),
    position: positionOf(number, copy.type),
    state: 'enqueued',
    held_back: isHeldBack(copy, number, { plan, copies }) ? 1 : 0,
    priority: copy.priority,
    run_after: copy.runAfter === null ? at : storedTime(copy.runAfter),
    requested_by: copy.requestedBy,
    ...totalsOf(copy.files),
    created_at: at,
    updated_at: at,
    state_changed_at: at,
  }))
}

function isHeldBack(
  copy: NewCopy,
  number: number,
  { plan, copies }: { readonly plan: EnqueuePlan; readonly copies: readonly Copy[] },
): boolean {
  const family = familyOf(copy.type)
  const position = positionOf(number, copy.type)
  const withIt = plan.create.some(
    (other) => familyOf(other.type) === family && positionOf(number, other.type) < position,
  )
  if (withIt) return true
  const others = copies.filter((other) => other.family === family)
  return blockedBy({ position }, others) !== null
}

/** A late copy of an earlier version goes first. The others of its dataset are locked, so nothing can have changed. */
async function holdBackLater({ trx }: Transaction, placed: readonly Placed[]): Promise<void> {
  const later = placed.flatMap(({ plan, request, copies }) =>
    copies.filter(
      (other) =>
        isUnfinished(other.state) &&
        plan.create.some(
          ({ type }) => familyOf(type) === other.family && positionOf(request.version.number, type) < other.position,
        ),
    ),
  )
  if (later.length === 0) return
  const ids = later.map(({ id }) => id)
  await trx('zenodo_copies').whereIn('id', ids).where('held_back', 0).update({ held_back: 1 })
}

/** By version, each in the order of the ids. */
async function readCopies({ trx }: Transaction, placed: readonly Placed[]): Promise<Map<number, CopyRow[]>> {
  const versionIds = placed.map(({ versionId }) => versionId)
  const rows = await selectCopies(trx).whereIn('c.dataset_version_id', versionIds).orderBy('c.id')
  return Map.groupBy(rows, (row) => row.dataset_version_id)
}

function newCopyOf(plan: EnqueuePlan, row: CopyRow): NewCopy | undefined {
  return plan.create.find(({ type }) => type === row.copy_type)
}

/** Files and story of the copies that are new. */
async function storeParts(
  transaction: Transaction,
  at: string,
  { placed, rows }: { readonly placed: readonly Placed[]; readonly rows: ReadonlyMap<number, readonly CopyRow[]> },
): Promise<void> {
  const created = placed.flatMap(({ plan, versionId }) =>
    (rows.get(versionId) ?? []).flatMap((row) => {
      const copy = newCopyOf(plan, row)
      return copy === undefined ? [] : [{ copyId: row.id, ...copy }]
    }),
  )
  await insertFiles(transaction, created)
  const events = created.map(({ copyId, type, requestedBy }) => ({
    copyId,
    kind: 'enqueued',
    actor: requestedBy ?? 'system',
    term: null,
    data: { type },
  }))
  await appendEvents(transaction, at, events)
}
