/** Which files hold the same bytes, whatever their names? */
import { parseChecksum } from './checksum.ts'
import type { CopyFile, RemoteFile } from './copy.ts'

/** Whether two lists hold the same bytes, names and repetitions aside: what Zenodo compared before October 2023. */
export function sameBytes(first: readonly RemoteFile[], second: readonly RemoteFile[]): boolean {
  const bytes = (files: readonly RemoteFile[]) => [...new Set(files.map((file) => file.md5))].sort().join()
  return bytes(first) === bytes(second)
}

/** A file that an earlier copy of the family brought to Zenodo. */
type EarlierFile = Pick<CopyFile, 'size' | 'checksum'> & { readonly md5: string }

/** The md5 that the bytes of a wanted file have, as far as it is known from any copy and name. */
export function md5OfBytes(
  file: Pick<CopyFile, 'size' | 'checksum' | 'md5'>,
  earlier: readonly EarlierFile[],
): string | null {
  if (file.md5 !== null || file.checksum === null) return file.md5
  const own = parseChecksum(file.checksum)
  if (own?.algorithm === 'md5') return own.value
  return earlier.find((other) => other.size === file.size && other.checksum === file.checksum)?.md5 ?? null
}
