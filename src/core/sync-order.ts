/** In what order are a deposition's files changed, so that bytes which only Zenodo still has are not lost? */
import type { RecordFile, RemoteFile } from './copy.ts'
import type { FileChanges } from './file-changes.ts'
import type { Limits } from './limits.ts'

type Room = Pick<Limits, 'filesPerRecord' | 'bytesPerRecord'>

export interface SyncOrder {
  /** Sources to be read through before anything is removed, because what holds the same bytes has to make room for them. */
  readonly readFirst: readonly RecordFile[]
  readonly removeFirst: readonly RemoteFile[]
  readonly upload: ReadonlyArray<{ readonly file: RecordFile; readonly heldAs: RemoteFile | null }>
  readonly removeLast: readonly RemoteFile[]
}

/**
 * A renamed file's bytes are in the deposition under its old name, which therefore stays until the new one is there: the
 * source may be gone by then. Only where both do not fit at once, the old one goes first. Large files are sent first: one
 * that began last would go on alone when all others are through.
 * @param md5Of the md5 of a file's bytes, where it is known: else a file of the same size may be the same
 */
export function syncOrder(changes: FileChanges, md5Of: (file: RecordFile) => string | null, limits: Room): SyncOrder {
  const { keep, remove } = changes
  const there = [...remove, ...keep.map(({ path, size, md5 }) => ({ id: path, name: path, size, md5 }))]
  const largestFirst = changes.upload.toSorted((one, other) => other.size - one.size)
  const upload = largestFirst.map((file) => {
    const md5 = md5Of(file)
    const mayBe = there.filter((one) => one.size === file.size && (md5 === null || md5 === one.md5))
    return { file, mayBe, heldAs: md5 === null ? null : (mayBe[0] ?? null) }
  })
  const needed = remove.filter((old) => upload.some(({ mayBe }) => mayBe.includes(old)))
  if (fits([...keep, ...changes.upload, ...needed], limits)) {
    return { readFirst: [], removeFirst: remove.filter((old) => !needed.includes(old)), upload, removeLast: needed }
  }
  const readFirst = upload.filter(({ mayBe }) => mayBe.some((one) => needed.includes(one))).map(({ file }) => file)
  return { readFirst, removeFirst: remove, upload, removeLast: [] }
}

function fits(files: ReadonlyArray<{ readonly size: number }>, limits: Room): boolean {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  return files.length <= limits.filesPerRecord && bytes < limits.bytesPerRecord
}
