/** Can Zenodo hold these files at all? Asked before the first request, so that nothing half done is left there. */
import { Failure } from './failure.ts'

export interface Limits {
  /** Zenodo: 100 (InvenioRDM RDM_RECORDS_MAX_FILES_COUNT, zenodo-rdm invenio.cfg). */
  readonly filesPerRecord: number
  /** Zenodo: 50·10⁹ bytes (zenodo-rdm invenio.cfg RDM_FILES_DEFAULT_MAX_FILE_SIZE). */
  readonly bytesPerFile: number
  /** Zenodo: 50·10⁹ bytes (zenodo-rdm invenio.cfg RDM_FILES_DEFAULT_QUOTA_SIZE). */
  readonly bytesPerRecord: number
}

/** Longest file name that Zenodo stores (invenio-files-rest models). */
const longestName = 255

interface Sized {
  readonly path: string
  readonly size: number
}

/** Files with content. Zenodo refuses empty ones, so those are recorded as skipped and never sent. */
export function sendable<T extends Pick<Sized, 'size'>>(files: readonly T[]): T[] {
  return files.filter((file) => file.size > 0)
}

/** @throws Failure naming the limit, what was found, and what is accepted. */
export function requireWithinLimits(files: readonly Sized[], limits: Limits): void {
  const wanted = sendable(files)
  const { filesPerRecord, bytesPerFile, bytesPerRecord } = limits
  if (wanted.length > filesPerRecord) {
    const text = `${wanted.length} files, but a record holds at most ${filesPerRecord} (limits.filesPerRecord).`
    throw new Failure('too_many_files', text, { details: { found: wanted.length, limit: filesPerRecord } })
  }
  const large = wanted.find((file) => file.size > bytesPerFile)
  if (large) {
    const text = `"${large.path}" has ${large.size} bytes, but a file may have at most ${bytesPerFile} (limits.bytesPerFile).`
    const details = { path: large.path, found: large.size, limit: bytesPerFile }
    throw new Failure('file_too_large', text, { details })
  }
  const bytes = wanted.reduce((sum, file) => sum + file.size, 0)
  if (bytes >= bytesPerRecord) {
    const text = `The files take ${bytes} bytes, but a record must stay below ${bytesPerRecord} (limits.bytesPerRecord).`
    throw new Failure('too_many_bytes', text, { details: { found: bytes, limit: bytesPerRecord } })
  }
  for (const file of wanted) requireName(file.path)
}

function requireName(path: string): void {
  const reason = whyNotAName(path)
  if (reason === null) return
  const shown = `${path.slice(0, 60)}${path.length > 60 ? '…' : ''}`
  throw new Failure('name_not_accepted', `Zenodo cannot hold a file named "${shown}": ${reason}.`, {
    details: { path },
  })
}

/** Why Zenodo cannot hold a file of this name, in words; null when it can. */
export function whyNotAName(name: string): string | null {
  if (name === '') return 'the name is empty'
  // a URL parser takes these for steps between folders, even percent-encoded
  if (name === '.' || name === '..') return 'a dot name means a folder'
  // the bucket API takes a name as one path segment (zenodo-rdm route converters)
  if (name.includes('/')) return 'a record has no folders, so a name cannot contain a slash'
  if (name.length > longestName) return `it has ${name.length} characters, and ${longestName} are accepted`
  return name.isWellFormed() ? null : 'it is not valid Unicode'
}
