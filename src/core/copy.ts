/**
 * What is a copy? The words of the whole code base, and the shapes that travel between the rooms.
 *
 * | word | meaning |
 * |---|---|
 * | dataset | one DOI with many versions |
 * | version | one submission round of a dataset, ordered by its number |
 * | copy | one row: one version × one copy type, to be brought to Zenodo. The table of copies is the queue |
 * | copy type / family | data, software, software_publish, supp, supp_publish / data, software, supp |
 * | manifest | what a repository sends to enqueue copies: ids, metadata, the full list of files per family |
 * | deposition | Zenodo's record or draft; draft = unpublished; concept = all versions of a record |
 * | lease, term, leader | the right to work, held by one process on one host; the term numbers its holders and only grows |
 * | claim | the leader takes a copy: state `replicating`, stamped with its term |
 * | step | create · metadata · upload · verify · publish · discard: looks first, acts, records its facts once |
 * | outcome | what a run means for the row: finished, retry, error, released |
 * | position | place of a copy in its family's order: by version, a publish copy after the submission of its version |
 * | blocked | enqueued, but an earlier copy of its dataset and family is not finished or cancelled |
 * | stalled | replicating under a term that is no longer the leader's |
 * | requeue | a person puts a copy back into the queue |
 */

export const copyTypes = ['data', 'software', 'software_publish', 'supp', 'supp_publish'] as const
export const families = ['data', 'software', 'supp'] as const
const steps = ['create', 'metadata', 'upload', 'verify', 'publish', 'discard'] as const

export type CopyType = (typeof copyTypes)[number]
export type Family = (typeof families)[number]
export type Step = (typeof steps)[number]
export type CopyState = 'enqueued' | 'replicating' | 'finished' | 'error' | 'deferred' | 'cancelled'

const familyByType: Readonly<Record<CopyType, Family>> = {
  data: 'data',
  software: 'software',
  software_publish: 'software',
  supp: 'supp',
  supp_publish: 'supp',
}

/** The family a copy type belongs to. Families never block each other. */
export function familyOf(type: CopyType): Family {
  return familyByType[type]
}

/** Whether a run of this type ends with a published record (data copies always do; submissions leave a draft). */
export function endsPublished(type: CopyType): boolean {
  return type === 'data' || type === 'software_publish' || type === 'supp_publish'
}

/** Place of a copy in the order of its family: smaller goes first. */
export function positionOf(versionNumber: number, type: CopyType): number {
  return versionNumber * 2 + (type === 'software_publish' || type === 'supp_publish' ? 1 : 0)
}

/**
 * An hour of head start for each point below zero, and an hour of waiting for each above it: copies that wait move ahead, so
 * none of them waits for ever. Software and supplemental go before data, as people wait for those.
 */
export function defaultPriority(type: CopyType): number {
  return type === 'data' ? 10 : -10
}

/** Of copies that a backfill brings in: some eleven years behind any that came today. */
export const backfillPriority = 100_000

/** Of a copy that a person put back: more than a year ahead of any backlog, as somebody waits for just this one. */
export const requeuedPriority = -10_000

/** Zenodo counts its records; other InvenioRDM repositories give them words such as `9jq2e-eyf24`. */
export type DepositionId = number | string

/** A number exactly when nothing is lost by it. */
export function depositionIdOf(text: string): DepositionId {
  const number = Number(text)
  return Number.isSafeInteger(number) && String(number) === text ? number : text
}

/** One row of the table that is the queue. Times are ISO 8601 in UTC, sizes are bytes. */
export interface Copy {
  readonly id: number
  readonly dataset: { readonly doi: string; readonly id: string | null }
  readonly version: { readonly number: number; readonly id: string | null }
  readonly type: CopyType
  readonly family: Family
  readonly position: number
  readonly state: CopyState
  /** The step being worked on while `replicating`, otherwise the last one worked on. */
  readonly step: Step | null
  /** Runs that passed the guards and ended in success or failure; waiting, shutdown and a killed worker cost none. */
  readonly attempts: number
  /** How often a dead leader's claim was taken back since the last requeue. */
  readonly rescues: number
  readonly priority: number
  readonly runAfter: string
  readonly depositionId: DepositionId | null
  readonly conceptRecid: string | null
  /** DOI under which the copy is (or will be) found at Zenodo. */
  readonly doi: string | null
  readonly recordUrl: string | null
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly filesDone: number
  readonly filesTotal: number
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null
  readonly note: string | null
  readonly requestedBy: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly finishedAt: string | null
}

/** `skipped` files are empty and not in an archive: Zenodo refuses those. `kept` were already there with the right checksum. */
export type FileState = 'pending' | 'sent' | 'kept' | 'skipped'

/** One file that a copy's version should have at Zenodo. */
export interface CopyFile {
  readonly path: string
  readonly size: number
  /** `algorithm:hex` as the manifest gave it. */
  readonly checksum: string | null
  readonly source: string
  readonly state: FileState
  /** Hex md5 of the bytes, once we have seen them or Zenodo's listing of them. */
  readonly md5: string | null
  readonly bytesDone: number
  /** Name of the archive in which it lies at Zenodo; null: it stands there by itself. */
  readonly archive: string | null
}

/** What a record holds as one file: a file of the version, or an archive of several of them. */
export interface RecordFile extends CopyFile {
  readonly archived?: Archived
}

/** The inside of an archive. */
interface Archived {
  /** By path, with their md5 where it is known. */
  readonly members: readonly CopyFile[]
  /** SHA-256 of what the manifest says of the members: two archives of one name with the same are the same. */
  readonly contents: string
  readonly before: EarlierArchive | null
}

/** The newest archive of the same name that a copy brought to Zenodo. */
export interface EarlierArchive {
  readonly md5: string
  readonly size: number
  /** Whether a member certainly had other bytes there. */
  readonly differs: boolean
  /** Where in it the bytes of members begin that are the same, by path. */
  readonly starts: ReadonlyMap<string, number>
}

/** A file as Zenodo lists it in a deposition. */
export interface RemoteFile {
  readonly id: string
  readonly name: string
  readonly size: number
  /** Hex, without prefix. */
  readonly md5: string
}

/** Zenodo's record or draft. `unsubmitted` was never published; `inprogress` is an open edit of a published record. */
export interface Deposition {
  readonly id: DepositionId
  readonly conceptRecid: string
  readonly state: 'unsubmitted' | 'inprogress' | 'done'
  /** Whether a published record exists: stays true while that record is edited, so it never proves a publish. */
  readonly submitted: boolean
  readonly doi: string | null
  readonly htmlUrl: string
  /** Whether the DOI was made elsewhere, such as the dataset's own: it can be changed, and there are no versions then. */
  readonly doiIsExternal: boolean
  readonly bucketUrl: string | null
  readonly metadata: Readonly<Record<string, unknown>>
  readonly files: readonly RemoteFile[]
}
