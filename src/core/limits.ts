/** Can Zenodo hold these files at all? Asked before the first request, so that nothing half done is left there. */
import type { CopyFile } from './copy.ts'
import { Failure } from './failure.ts'

export interface Limits {
  /** Zenodo: 100 (InvenioRDM RDM_RECORDS_MAX_FILES_COUNT, zenodo-rdm invenio.cfg). */
  readonly filesPerRecord: number
  /** Zenodo: 50·10⁹ bytes (zenodo-rdm invenio.cfg RDM_FILES_DEFAULT_QUOTA_SIZE). */
  readonly bytesPerRecord: number
}

/** Longest file name that Zenodo stores (invenio-files-rest models). */
export const longestName = 255

/** Files with content. Zenodo refuses empty ones, so those are recorded as skipped and never sent. */
export function sendable<T extends Pick<CopyFile, 'size'>>(files: readonly T[]): T[] {
  return files.filter((file) => file.size > 0)
}

/** @throws Failure naming the limit, what was found, and what is accepted. */
export function requireWithinLimits(files: readonly Pick<CopyFile, 'path' | 'size'>[], limits: Limits): void {
  const wanted = sendable(files)
  if (wanted.length > limits.filesPerRecord) {
    throw new Failure(
      'too_many_files',
      `${wanted.length} files, but a record holds at most ${limits.filesPerRecord}.`,
      {
        details: { found: wanted.length, limit: limits.filesPerRecord },
      },
    )
  }
  const bytes = wanted.reduce((sum, file) => sum + file.size, 0)
  if (bytes >= limits.bytesPerRecord) {
    const text = `The files take ${bytes} bytes, but a record must stay below ${limits.bytesPerRecord}.`
    throw new Failure('too_many_bytes', text, { details: { found: bytes, limit: limits.bytesPerRecord } })
  }
  for (const file of wanted) requireName(file.path)
}

/** The bucket API takes a name as one path segment, so a slash cannot be part of it (zenodo-rdm route converters). */
function requireName(path: string): void {
  if (path.includes('/')) {
    throw new Failure('name_not_accepted', `Zenodo cannot hold a file in a folder: "${path}".`, { details: { path } })
  }
  if (path.length > longestName) {
    const text = `The file name has ${path.length} characters, Zenodo takes ${longestName}: "${path.slice(0, 60)}…".`
    throw new Failure('name_not_accepted', text, { details: { path, length: path.length } })
  }
}
