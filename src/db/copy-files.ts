/** How is the file list of a copy stored, and replaced by a newer one? */
import { placeOf } from '../core/source-place.ts'
import type { NewFile } from '../replication/ports/intake.ts'
import { appendEvent } from './append-event.ts'
import { type FileRow, fileRow, toFile } from './rows.ts'
import { now, type Transaction } from './transaction.ts'

/** SQLite takes at most 500 rows in the form that knex writes. */
const rowsAtOnce = 250

/** The columns of a copy that sum up its files. Empty ones count for nothing: they are never sent. */
export function totalsOf(files: readonly NewFile[]) {
  return {
    bytes_total: files.reduce((sum, file) => sum + file.size, 0),
    files_total: files.filter((file) => file.state !== 'skipped').length,
  }
}

export async function insertFiles({ trx }: Transaction, copyId: number, files: readonly NewFile[]): Promise<void> {
  const rows = files.map((file, ordinal) => fileRow(copyId, ordinal, file))
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await trx('zenodo_copy_files').insert(rows.slice(start, start + rowsAtOnce))
  }
}

/** Takes the new list, keeping what is known of files whose name, size and checksum are the same. */
export async function replaceFiles(transaction: Transaction, copyId: number, files: readonly NewFile[]): Promise<void> {
  const { trx } = transaction
  const rows: FileRow[] = await trx('zenodo_copy_files').where('copy_id', copyId)
  const before = new Map(rows.map((row) => [row.path, toFile(row)]))
  const merged = files.map((file) => {
    const old = before.get(file.path)
    if (old?.size !== file.size || old.checksum !== file.checksum) return file
    // without a checksum only the place tells whether these are the same bytes
    if (file.checksum === null && placeOf(old.source) !== placeOf(file.source)) return file
    return { ...old, source: file.source }
  })
  await trx('zenodo_copy_files').where('copy_id', copyId).del()
  await insertFiles(transaction, copyId, merged)
  await trx('zenodo_copies')
    .where('id', copyId)
    .update({ ...totalsOf(merged), updated_at: now(transaction) })
  const data = { files: files.length, kept: merged.filter((file, index) => file !== files[index]).length }
  await appendEvent(transaction, { copyId, kind: 'files_replaced', actor: 'system', term: null, data })
}
