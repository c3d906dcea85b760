/** What must the worker know of the copies it has claimed? One statement for each kind of thing, however many copies. */
import { withEmbargo } from '../core/embargo.ts'
import type { Manifest } from '../core/manifest/manifest.ts'
import type { KnownArchive } from '../core/packaging/archives.ts'
import type { ClaimedCopy, KnownFile } from '../replication/ports/work-store.ts'
import type { Dialect } from './dialect.ts'
import { askIntents, hasIntents, openIntents } from './open-intents.ts'
import { newRound, type Round } from './round.ts'
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
import { marks } from './sql.ts'
import type { Transaction } from './transaction.ts'

interface LoadedRow extends CopyRow {
  readonly manifest: string
  readonly file_root: string | null
  readonly embargo_until: string | null
  readonly has_siblings: number
  readonly has_archives: number
  readonly has_intents: number
}

const family = 's.dataset_id = c.dataset_id AND s.family = c.family'

/** With hints: while a table grows fast, its statistics are those of a small one, and a plan for that scans it once for each copy. */
function rowColumns(dialect: Dialect): string {
  const others = dialect.byIndex('zenodo_copies', 's', 'zenodo_copies_first')
  return `${copyColumns}, v.manifest, v.file_root, d.embargo_until,
    EXISTS (SELECT 1 FROM ${others} WHERE ${family} AND s.id <> c.id) AS has_siblings,
    EXISTS (SELECT 1 FROM zenodo_copy_archives a WHERE a.copy_id = c.id) AS has_archives,
    ${hasIntents(dialect)} AS has_intents`
}

/** A copy that was read. @throws SyntaxError when it cannot be understood */
export interface Loaded {
  readonly id: number
  readonly assemble: () => ClaimedCopy
}

/** Rows and files are read with `round`. @returns what is to be called after `send`; reads what else there is, and keeps the order of `ids` */
export function askClaimed(round: Round, transaction: Transaction, ids: readonly number[]): () => Promise<Loaded[]> {
  const sql = `SELECT ${rowColumns(transaction.db.dialect)} FROM ${copySources} WHERE c.id IN ${marks(ids.length)}`
  const rows = round.ask<LoadedRow>(sql, ids)
  const files = askFiles(round, ids)
  return async () => {
    const byId = new Map(rows().map((row) => [row.id, row]))
    return await loadRest(
      transaction,
      ids.flatMap((id) => byId.get(id) ?? []),
      files(),
    )
  }
}

/** The rows tell which other things there are to be read: of most copies none. */
async function loadRest(
  transaction: Transaction,
  rows: readonly LoadedRow[],
  files: ReadonlyMap<number, readonly FileRow[]>,
): Promise<Loaded[]> {
  const idsOf = (which: (row: LoadedRow) => boolean) => rows.filter(which).map(({ id }) => id)
  const related = idsOf((row) => row.has_siblings === 1)
  const round = newRound(transaction)
  const siblings = askSiblings(round, related)
  const known = askKnownFiles(round, related)
  const archives = askArchives(
    round,
    idsOf((row) => row.has_siblings === 1 || row.has_archives === 1),
  )
  const intents = askIntents(
    round,
    idsOf((row) => row.has_intents === 1),
  )
  await round.send()
  const [siblingsOf, knownOf, archivesOf, intentsOf] = [siblings(), known(), archives(), intents()]
  const assemble = (row: LoadedRow): ClaimedCopy => ({
    copy: toCopy(row),
    manifest: withEmbargo(JSON.parse(row.manifest) as Manifest, row.embargo_until, today()),
    fileRoot: row.file_root,
    files: (files.get(row.id) ?? []).map(toFile),
    siblings: (siblingsOf.get(row.id) ?? []).map(toSibling),
    knownFiles: (knownOf.get(row.id) ?? []).map(({ for_id, ...file }) => file),
    knownArchives: (archivesOf.get(row.id) ?? []).map(({ for_id, ...archive }) => archive),
    openIntents: openIntents(intentsOf.get(row.id) ?? []),
  })
  return rows.map((row) => ({ id: row.id, assemble: () => assemble(row) }))
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function askFiles(round: Round, ids: readonly number[]): () => Map<number, FileRow[]> {
  const sql = `SELECT * FROM zenodo_copy_files WHERE copy_id IN ${marks(ids.length)} ORDER BY copy_id, ordinal`
  const rows = round.ask<FileRow>(sql, ids)
  return () => Map.groupBy(rows(), (row) => row.copy_id)
}

/** Said of a row that belongs to a claimed copy. */
type For<Row> = Row & { readonly for_id: number }

function askGrouped<Row>(round: Round, sql: string, ids: readonly number[]): () => Map<number, Array<For<Row>>> {
  if (ids.length === 0) return () => new Map()
  const rows = round.ask<For<Row>>(sql, ids)
  return () => Map.groupBy(rows(), (row) => row.for_id)
}

function askSiblings(round: Round, ids: readonly number[]) {
  const columns = siblingColumns.map((name) => `s.${name}`).join(', ')
  const sql = `SELECT c.id AS for_id, ${columns} FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.id <> c.id
    WHERE c.id IN ${marks(ids.length)} ORDER BY c.id, s.position`
  return askGrouped<SiblingRow>(round, sql, ids)
}

/**
 * What earlier copies of the family brought to Zenodo; the newest word on each name and checksum counts. The database
 * chooses: a dataset of thousands of files has as many rows for each of its versions.
 */
function askKnownFiles(round: Round, ids: readonly number[]) {
  const turn = 'PARTITION BY c.id, f.path, f.checksum ORDER BY s.position DESC, f.ordinal'
  const words = `SELECT c.id AS for_id, f.path, f.size, f.checksum, f.md5, f.archive, s.position, f.ordinal,
      ROW_NUMBER() OVER (${turn}) AS turn
    FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.position < c.position
    JOIN zenodo_copy_files f ON f.copy_id = s.id WHERE c.id IN ${marks(ids.length)} AND f.md5 IS NOT NULL`
  const sql = `SELECT for_id, path, size, checksum, md5, archive, position FROM (${words}) words
    WHERE turn = 1 ORDER BY for_id, position DESC, ordinal`
  return askGrouped<KnownFile>(round, sql, ids)
}

/** Of the newest copy first, and of one copy the newest row. */
function askArchives(round: Round, ids: readonly number[]) {
  const sql = `SELECT c.id AS for_id, a.name, a.size, a.contents, a.md5, s.position
    FROM zenodo_copies c JOIN zenodo_copies s ON ${family} AND s.position <= c.position
    JOIN zenodo_copy_archives a ON a.copy_id = s.id
    WHERE c.id IN ${marks(ids.length)} ORDER BY c.id, s.position DESC, a.id DESC`
  return askGrouped<KnownArchive>(round, sql, ids)
}
