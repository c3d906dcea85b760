/** What must the worker know of a copy it has claimed? Manifest, files, siblings, earlier files, unsettled intents. */
import type { Manifest } from '../core/manifest/manifest.ts'
import type { KnownArchive } from '../core/packaging/archives.ts'
import type { ClaimedCopy, KnownFile } from '../replication/ports/work-store.ts'
import type { Fenced } from './fence.ts'
import { openIntents } from './open-intents.ts'
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

export async function loadClaimed(fence: Fenced, copyId: number): Promise<ClaimedCopy> {
  const { trx } = fence
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
    knownArchives: await knownArchives(trx, row),
    openIntents: await openIntents(fence, copyId),
  }
}

type Trx = Fenced['trx']

/**
 * What earlier copies of the family brought to Zenodo; the newest word on each name and checksum counts. The database
 * chooses: a dataset of thousands of files has as many rows for each of its versions.
 */
async function knownFiles(trx: Trx, copy: CopyRow): Promise<KnownFile[]> {
  const words = trx('zenodo_copy_files as f')
    .join('zenodo_copies as c', 'c.id', 'f.copy_id')
    .where({ 'c.dataset_id': copy.dataset_id, 'c.family': copy.family })
    .where('c.position', '<', copy.position)
    .whereNotNull('f.md5')
    .rowNumber('turn', (over) => {
      over
        .partitionBy(['f.path', 'f.checksum'])
        .orderBy([{ column: 'c.position', order: 'desc' }, { column: 'f.ordinal' }])
    })
    .select('f.path', 'f.size', 'f.checksum', 'f.md5', 'f.archive', 'f.ordinal', 'c.position')
    .as('words')
  const rows: KnownFile[] = await trx
    .from(words)
    .where('turn', 1)
    .orderBy([{ column: 'position', order: 'desc' }, { column: 'ordinal' }])
    .select('path', 'size', 'checksum', 'md5', 'archive', 'position')
  return rows.map((row) => ({ ...row }))
}

/** Of the newest copy first, and of one copy the newest row. */
async function knownArchives(trx: Trx, copy: CopyRow): Promise<KnownArchive[]> {
  const rows: KnownArchive[] = await trx('zenodo_copy_archives as a')
    .join('zenodo_copies as c', 'c.id', 'a.copy_id')
    .where({ 'c.dataset_id': copy.dataset_id, 'c.family': copy.family })
    .where('c.position', '<=', copy.position)
    .orderBy([
      { column: 'c.position', order: 'desc' },
      { column: 'a.id', order: 'desc' },
    ])
    .select('a.name', 'a.size', 'a.contents', 'a.md5', 'c.position')
  return rows.map((row) => ({ ...row }))
}
