/** What must change so that a deposition holds exactly the files of a version? The one comparison for every run. */
import { parseChecksum } from './checksum.ts'
import type { RecordFile, RemoteFile } from './copy.ts'

/** A file that an earlier copy of the family brought to Zenodo. */
interface EarlierFile {
  readonly path: string
  readonly size: number
  readonly checksum: string | null
  readonly md5: string
  readonly position: number
}

export interface FileChanges {
  readonly upload: readonly RecordFile[]
  readonly remove: readonly RemoteFile[]
  /** At Zenodo already, with the checksum it should have. */
  readonly keep: readonly KeptFile[]
  /** Same name and size at Zenodo, but nothing says whether the bytes are the same: the source must be read. */
  readonly examine: readonly RecordFile[]
}

type KeptFile = RecordFile & { readonly md5: string }

/** The md5 a file must have, as far as it can be known without reading it. */
function knownMd5(
  file: RecordFile,
  earlier: readonly EarlierFile[],
  version: (position: number) => boolean,
): string | null {
  if (file.md5) return file.md5
  const own = file.checksum === null ? null : parseChecksum(file.checksum)
  if (own?.algorithm === 'md5') return own.value
  const match = earlier.find(
    (other) =>
      other.path === file.path &&
      other.size === file.size &&
      other.checksum === file.checksum &&
      (file.checksum !== null || version(other.position)),
  )
  return match?.md5 ?? null
}

export interface WantedFiles {
  readonly files: readonly RecordFile[]
  readonly earlier: readonly EarlierFile[]
  /** Position of the copy: a file without checksum is known from its own version's submission only. */
  readonly position: number
}

/** Compares by name, size and md5. Empty files are not wanted: Zenodo refuses them. */
export function fileChanges(wanted: WantedFiles, remote: readonly RemoteFile[]): FileChanges {
  const sameVersion = (position: number) => Math.floor(position / 2) === Math.floor(wanted.position / 2)
  const byName = new Map(remote.map((file) => [file.name, file]))
  const files = wanted.files.filter((file) => file.size > 0)
  const names = new Set(files.map((file) => file.path))
  const changes = { upload: [] as RecordFile[], keep: [] as KeptFile[], examine: [] as RecordFile[] }
  for (const file of files) {
    const there = byName.get(file.path)
    const md5 = knownMd5(file, wanted.earlier, sameVersion)
    if (!there || there.size !== file.size) changes.upload.push(file)
    else if (md5 === null && holdsOtherBytes(there, file, wanted.earlier)) changes.upload.push(file)
    else if (md5 === null) changes.examine.push(file)
    else if (md5 === there.md5) changes.keep.push({ ...file, md5 })
    else changes.upload.push(file)
  }
  return { ...changes, remove: remote.filter((file) => !names.has(file.name)) }
}

/** Whether what is there was sent under another checksum of the same kind: then no reading is needed to know. */
function holdsOtherBytes(there: RemoteFile, file: RecordFile, earlier: readonly EarlierFile[]): boolean {
  const archive = file.archived?.before
  if (archive) return archive.differs && archive.md5 === there.md5
  const sent = earlier.find((other) => other.path === file.path && other.md5 === there.md5)
  const before = sent?.checksum ? parseChecksum(sent.checksum) : null
  const now = file.checksum === null ? null : parseChecksum(file.checksum)
  return before !== null && now !== null && before.algorithm === now.algorithm && before.value !== now.value
}

/** Whether the deposition already holds exactly what is wanted. */
export function isUnchanged(changes: FileChanges): boolean {
  return changes.upload.length === 0 && changes.remove.length === 0 && changes.examine.length === 0
}

/** What still differs from the files of a deposition, in words; empty when it holds exactly the wanted ones. */
export function differences(changes: FileChanges, remote: readonly RemoteFile[]): string[] {
  return [
    ...changes.upload.map((file) => differenceOf(file, remote)),
    ...changes.examine.map((file) => `"${file.path}" cannot be confirmed`),
    ...changes.remove.map((file) => `"${file.name}" should not be there`),
  ]
}

function differenceOf({ path, size }: RecordFile, remote: readonly RemoteFile[]): string {
  const there = remote.find((file) => file.name === path)
  if (there === undefined) return `"${path}" is missing`
  return there.size === size ? `"${path}" has other bytes` : `"${path}" has ${there.size} bytes instead of ${size}`
}
