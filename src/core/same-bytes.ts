/** Which files hold the same bytes, whatever their names? */
import type { RemoteFile } from './copy.ts'

/** Whether two lists hold the same bytes, names and repetitions aside: what Zenodo compared before October 2023. */
export function sameBytes(first: readonly RemoteFile[], second: readonly RemoteFile[]): boolean {
  const bytes = (files: readonly RemoteFile[]) => [...new Set(files.map((file) => file.md5))].sort().join()
  return bytes(first) === bytes(second)
}
