/** How are the file lists of copies stored, and replaced by newer ones? */
import { placeOf } from '../core/source-place.ts'
import type { NewFile } from '../replication/ports/intake.ts'
import { appendEvents } from './append-event.ts'
import { insertRows } from './insert-rows.ts'
import { type FileRow, fileRow, toFile } from './rows.ts'
import type { Transaction } from './transaction.ts'

export interface FilesOfCopy {
  readonly copyId: number
  readonly files: readonly NewFile[]
}

/** The columns of a copy that sum up its files. Empty ones count for nothing: they are never sent. */
export function totalsOf(files: readonly NewFile[]) {
  return {
    bytes_total: files.reduce((sum, file) => sum + file.size, 0),
    files_total: files.filter((file) => file.state !== 'skipped').length,
  }
}

export async function insertFiles({ trx }: Transaction, lists: readonly FilesOfCopy[]): Promise<void> {
  const rows = lists.flatMap(({ copyId, files }) =>
    files.map((file, ordinal) => ({ ...fileRow(copyId, ordinal, file) })),
  )
  await insertRows(trx, 'zenodo_copy_files', rows)
}

/** Takes the new lists, keeping what is known of files whose name, size and checksum are the same. */
export async function replaceFiles(transaction: Transaction, at: string, lists: readonly FilesOfCopy[]): Promise<void> {
  if (lists.length === 0) return
  const { trx } = transaction
  const ids = lists.map(({ copyId }) => copyId)
  const rows: FileRow[] = await trx('zenodo_copy_files').whereIn('copy_id', ids)
  const before = Map.groupBy(rows, (row) => row.copy_id)
  const merged = lists.map(({ copyId, files }) => ({ copyId, files: merge(files, before.get(copyId) ?? []) }))
  await trx('zenodo_copy_files').whereIn('copy_id', ids).del()
  await insertFiles(transaction, merged)
  for (const { copyId, files } of merged) {
    await trx('zenodo_copies')
      .where('id', copyId)
      .update({ ...totalsOf(files), updated_at: at })
  }
  const events = lists.map(({ copyId, files }, list) => {
    const kept = files.filter((file, index) => merged[list]?.files[index] !== file).length
    return { copyId, kind: 'files_replaced', actor: 'system', term: null, data: { files: files.length, kept } }
  })
  await appendEvents(transaction, at, events)
}

function merge(files: readonly NewFile[], rows: readonly FileRow[]): NewFile[] {
  const before = new Map(rows.map((row) => [row.path, toFile(row)]))
  return files.map((file) => {
    const old = before.get(file.path)
    if (old?.size !== file.size || old.checksum !== file.checksum) return file
    // without a checksum only the place tells whether these are the same bytes
    if (file.checksum === null && placeOf(old.source) !== placeOf(file.source)) return file
    return { ...old, source: file.source }
  })
}
