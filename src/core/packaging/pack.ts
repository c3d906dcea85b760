/** Which files are packed, so that the record can hold the version? And is it within the limits then? */
import type { CopyFile } from '../copy.ts'
import { type Limits, requireWithinLimits } from '../limits.ts'
import { archiveLength } from './archive-length.ts'
import { placeFiles } from './placement.ts'

/** `auto`: what a record cannot hold as it is goes into archives. `never`: such a version is refused. */
export type Packaging = 'auto' | 'never'

/**
 * The files with the archive that each lies in. Once there is an archive, empty files go into one too.
 * @throws Failure naming the limit that is broken even so.
 */
export function pack(files: readonly CopyFile[], limits: Limits, packaging: Packaging): CopyFile[] {
  const placement = packaging === 'auto' ? placeFiles(files, limits) : new Map<string, string>()
  const packed = files.map((file) => inPlace(file, placement.get(file.path) ?? null))
  requireWithinLimits([...alone(packed), ...byArchive(packed).map(archiveSize)], limits)
  return packed
}

function inPlace(file: CopyFile, archive: string | null): CopyFile {
  if (file.size > 0) return { ...file, archive }
  if (archive === null) return { ...file, archive, state: 'skipped' }
  return { ...file, archive, state: file.state === 'skipped' ? 'pending' : file.state }
}

/** The files that stand by themselves. */
export function alone(files: readonly CopyFile[]): CopyFile[] {
  return files.filter((file) => file.archive === null)
}

interface Members {
  readonly name: string
  readonly members: readonly CopyFile[]
}

/** The others by their archive, in the order in which they lie there. */
export function byArchive(files: readonly CopyFile[]): Members[] {
  const packed = files.filter((file) => file.archive !== null).toSorted((a, b) => (a.path < b.path ? -1 : 1))
  return [...Map.groupBy(packed, (file) => file.archive ?? '')].map(([name, members]) => ({ name, members }))
}

function archiveSize({ name, members }: Members) {
  return { path: name, size: archiveLength(members) }
}
