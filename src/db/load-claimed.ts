/** What must the worker know of a copy it has claimed? Manifest, files, siblings, earlier files, unsettled intents. */
import type { Manifest } from '../core/manifest/manifest.ts'
import type { ClaimedCopy, Intent, KnownFile, OpenIntent } from '../replication/ports/work-store.ts'
import { isoTime } from './dialect.ts'
import type { Fenced } from './fence.ts'
import {
  type CopyRow,
  type FileRow,
  type SiblingRow,
  selectCopies,
  siblingColumns,
  toCopy,
  toFile,
  toSibling,
} from './rows.ts'

export async function loadClaimed({ trx }: Fenced, copyId: number): Promise<ClaimedCopy> {
  const row: CopyRow & { manifest: string; file_root: string | null } = await selectCopies(trx)
    .where('c.id', copyId)
    .first('v.manifest', 'v.file_root')
  const files: FileRow[] = await trx('zenodo_copy_files').where('copy_id', copyId).orderBy('ordinal')
  const siblings: SiblingRow[] = await trx('zenodo_copies')
    .where({ dataset_id: row.dataset_id, family: row.family })
    .whereNot('id', copyId)
    .orderBy('position')
    .select(...siblingColumns)
  return {
    copy: toCopy(row),
    manifest: JSON.parse(row.manifest) as Manifest,
    fileRoot: row.file_root,
    files: files.map(toFile),
    siblings: siblings.map(toSibling),
    knownFiles: await knownFiles(trx, row),
    openIntents: await openIntents(trx, copyId),
  }
}

type Trx = Fenced['trx']

/** What earlier copies of the family brought to Zenodo; the newest word on each name and checksum counts. */
async function knownFiles(trx: Trx, copy: CopyRow): Promise<KnownFile[]> {
  const rows: KnownFile[] = await trx('zenodo_copy_files as f')
    .join('zenodo_copies as c', 'c.id', 'f.copy_id')
    .where({ 'c.dataset_id': copy.dataset_id, 'c.family': copy.family })
    .where('c.position', '<', copy.position)
    .whereNotNull('f.md5')
    .orderBy([{ column: 'c.position', order: 'desc' }, { column: 'f.ordinal' }])
    .select('f.path', 'f.size', 'f.checksum', 'f.md5', 'c.position')
  const newest = new Map<string, KnownFile>()
  for (const row of rows) {
    const key = `${row.path}\n${row.checksum}`
    if (!newest.has(key)) newest.set(key, { ...row })
  }
  return [...newest.values()]
}

/** Announced calls without a later outcome for the same operation on the same deposition, oldest first. */
async function openIntents(trx: Trx, copyId: number): Promise<OpenIntent[]> {
  const rows: Array<{ kind: string; data: string; at: string }> = await trx('zenodo_copy_events')
    .where('copy_id', copyId)
    .whereIn('kind', ['intent', 'intent_settled'])
    .orderBy('id')
    .select('kind', 'data', 'at')
  const open = new Map<string, OpenIntent>()
  for (const { kind, data, at } of rows) {
    const { operation, depositionId, marker } = JSON.parse(data) as Intent
    const key = `${operation} ${depositionId}`
    open.delete(key)
    if (kind === 'intent') open.set(key, { operation, depositionId, marker, announcedAt: isoTime(at) })
  }
  return [...open.values()]
}
