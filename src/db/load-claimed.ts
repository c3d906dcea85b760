/** What must the worker know of the copies it has claimed? One statement for each kind of thing, however many copies. */
import type { Manifest } from '../core/manifest/manifest.ts'
import type { KnownArchive } from '../core/packaging/archives.ts'
import type { ClaimedCopy, KnownFile } from '../replication/ports/work-store.ts'
import type { Dialect } from './dialect.ts'
import type { Fenced } from './fence.ts'
import { hasIntents, intentRows, openIntents } from './open-intents.ts'
import {
  type CopyRow,
  copyColumns,
  copySources,
  type FileRow,
  type SiblingRow,
  siblingColumns,
  toCopy,
  toFile,
  toSibling,
} from './rows.ts'
import { marks, rowsOf } from './sql.ts'

export interface LoadedRow extends CopyRow {
  readonly manifest: string
  readonly file_root: string | null
  /** An earlier copy of the family is unfinished: seen now that the row is locked. */
  readonly overtaken: number
  readonly has_siblings: number
  readonly has_archives: number
  readonly has_intents: number
}

const family = 's.dataset_id = c.dataset_id AND s.family = c.family'

/** With hints: while a table grows fast, its statistics are those of a small one, and a plan for that scans it once for each copy. */
function rowColumns(dialect: Dialect): string {
  const others = dialect.byIndex('zenodo_copies', 's', 'zenodo_copies_first')
  return `${copyColumns}, v.manifest, v.file_root,
    EXISTS (SELECT 1 FROM ${others} WHERE ${family} AND s.open_position < c.position) AS overtaken,
    EXISTS (SELECT 1 FROM ${others} WHERE ${family} AND s.id <> c.id) AS has_siblings,
    EXISTS (SELECT 1 FROM zenodo_copy_archives a WHERE a.copy_id = c.id) AS has_archives,
    ${hasIntents(dialect)} AS has_intents`
}

/** The rows themselves, in any order. They tell which of the other things there are to be read. */
export async function loadRows(fence: Fenced, ids: readonly number[]): Promise<LoadedRow[]> {
  const sql = `SELECT ${rowColumns(fence.db.dialect)} FROM ${copySources} WHERE c.id IN ${marks(ids.length)}`
  return await rowsOf<LoadedRow>(fence, sql, ids)
}

/** What belongs to the rows, made into one claimed copy at a time. @throws SyntaxError for one that cannot be read */
export async function loadRest(fence: Fenced, rows: readonly LoadedRow[]): Promise<(row: LoadedRow) => ClaimedCopy> {
  const idsOf = (which: (row: LoadedRow) => boolean) => rows.filter(which).map(({ id }) => id)
  const related = idsOf((row) => row.has_siblings === 1)
  const files = await filesOf(
    fence,
    idsOf(() => true),
  )
  const siblings = await siblingsOf(fence, related)
  const known = await knownFiles(fence, related)
  const archives = await knownArchives(
    fence,
    idsOf((row) => row.has_siblings === 1 || row.has_archives === 1),
  )
  const intents = await intentRows(
    fence,
    idsOf((row) => row.has_intents === 1),
  )
  return (row) => ({
    copy: toCopy(row),
    manifest: JSON.parse(row.manifest) as Manifest,
    fileRoot: row.file_root,
    files: (files.get(row.id) ?? []).map(toFile),
    siblings: (siblings.get(row.id) ?? []).map(toSibling),
    knownFiles: (known.get(row.id) ?? []).map(({ for_id, ...file }) => file),
    knownArchives: (archives.get(row.id) ?? []).map(({ for_id, ...archive }) => archive),
    openIntents: openIntents(intents.get(row.id) ?? []),
  })
}

async function filesOf(fence: Fenced, ids: readonly number[]): Promise<Map<number, FileRow[]>> {
  const sql = `SELECT * FROM zenodo_copy_files WHERE copy_id IN ${marks(ids.length)} ORDER BY copy_id, ordinal`
  return Map.groupBy(await rowsOf<FileRow>(fence, sql, ids), (row) => row.copy_id)
}

/** Said of a row that belongs to a claimed copy. */
type For<Row> = Row & { readonly for_id: number }

async function grouped<Row>(fence: Fenced, sql: string, ids: readonly number[]): Promise<Map<number, Array<For<Row>>>> {
  if (ids.length === 0) return new Map()
  return Map.groupBy(await rowsOf<For<Row>>(fence, sql, ids), (row) => row.for_id)
}

async function siblingsOf(fence: Fenced, ids: readonly number[]) {
  const columns = siblingColumns.map((name) => `s.${name}`).join(', ')
  const sql = `SELECT c.id AS for_id, ${columns} FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.id <> c.id
    WHERE c.id IN ${marks(ids.length)} ORDER BY c.id, s.position`
  return await grouped<SiblingRow>(fence, sql, ids)
}

/**
 * What earlier copies of the family brought to Zenodo; the newest word on each name and checksum counts. The database
 * chooses: a dataset of thousands of files has as many rows for each of its versions.
 */
async function knownFiles(fence: Fenced, ids: readonly number[]) {
  const turn = 'PARTITION BY c.id, f.path, f.checksum ORDER BY s.position DESC, f.ordinal'
  const words = `SELECT c.id AS for_id, f.path, f.size, f.checksum, f.md5, f.archive, s.position, f.ordinal,
      ROW_NUMBER() OVER (${turn}) AS turn
    FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.position < c.position
    JOIN zenodo_copy_files f ON f.copy_id = s.id WHERE c.id IN ${marks(ids.length)} AND f.md5 IS NOT NULL`
  const sql = `SELECT for_id, path, size, checksum, md5, archive, position FROM (${words}) words
    WHERE turn = 1 ORDER BY for_id, position DESC, ordinal`
  return await grouped<KnownFile>(fence, sql, ids)
}

/** Of the newest copy first, and of one copy the newest row. */
async function knownArchives(fence: Fenced, ids: readonly number[]) {
  const sql = `SELECT c.id AS for_id, a.name, a.size, a.contents, a.md5, s.position
    FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.position <= c.position
    JOIN zenodo_copy_archives a ON a.copy_id = s.id
    WHERE c.id IN ${marks(ids.length)} ORDER BY c.id, s.position DESC, a.id DESC`
  return await grouped<KnownArchive>(fence, sql, ids)
}
