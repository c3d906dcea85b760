/** How does the emulator remember records? Families of versions; each version with a draft, a published record, or both. */
import type { Content } from './metadata/content.ts'

/** A file in a bucket. Copies in a later version share `fileId` and so the bytes (invenio-files-rest ObjectVersion.copy). */
export interface StoredFile {
  readonly key: string
  readonly fileId: string
  readonly versionId: string
  readonly sizeBytes: number
  /** Hex, without a prefix. */
  readonly md5: string
  readonly created: string
  readonly updated: string
}

/** A file that the records API was told of, and that is no file of the draft until it is committed. */
export interface PendingFile {
  readonly key: string
  readonly created: string
  readonly updated: string
  /** Null until bytes came. */
  readonly stored: StoredFile | null
}

/** The place that holds the files of one draft or record. */
export interface Bucket {
  readonly id: string
  files: readonly StoredFile[]
  pending: readonly PendingFile[]
  /** Bytes of replaced and deleted files that still count, see the setting `countDeletedBytes`. */
  deletedBytes: number
  /** Set by newversion while the setting `flip403` is on: the next write is refused once. */
  refuseNextWrite: boolean
}

/** What a draft or a published record holds. */
export interface Edition {
  content: Content
  bucket: Bucket
  readonly created: string
  modified: string
  revision: number
}

/** One version of a family: the thing behind a deposit id, which is its record id too. */
export interface Entry {
  readonly id: number
  /** 1 for the first version. */
  readonly index: number
  draft: Edition | null
  record: Edition | null
  /** When it was deleted; its last draft stays for inspection, without bytes. */
  deleted: string | null
  /** Machine-readable variants; the key is the media type. */
  formats: readonly StoredFile[]
  /** Revision of the last save; grows with every save of draft or record. */
  revision: number
}

/** All versions of one work. */
export interface Family {
  readonly conceptId: number
  readonly ownerId: number
  /** Registered with the first published version that has a Zenodo DOI. */
  conceptDoi: string | null
  communities: readonly string[]
  readonly entries: Entry[]
}

/** An entry together with its family. */
export interface Located {
  readonly family: Family
  readonly entry: Entry
}

/** Every file that an entry refers to, in its draft, its record and its formats; none once it is deleted. */
export function filesOf({ draft, record, formats, deleted }: Entry): readonly StoredFile[] {
  if (deleted !== null) return []
  const pending = (draft?.bucket.pending ?? []).flatMap((file) => file.stored ?? [])
  return [...(draft?.bucket.files ?? []), ...pending, ...(record?.bucket.files ?? []), ...formats]
}

/** The newest published version of a family, if any. */
export function newestRecord(family: Family): Entry | undefined {
  return family.entries.findLast((entry) => entry.record !== null)
}

/** The open draft of a version that was never published: at most one beside published ones (invenio-drafts-resources). */
export function openNextDraft(family: Family): Entry | undefined {
  return family.entries.find((entry) => entry.record === null && entry.deleted === null && entry.index > 1)
}

/** The time in the form of Zenodo's answers, to the microsecond: `2026-08-21T09:12:33.123456+00:00`. */
export function timestamp(): string {
  const microseconds = Math.floor((performance.timeOrigin + performance.now()) * 1000)
  const milliseconds = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1)
  return `${milliseconds}${String(microseconds % 1000).padStart(3, '0')}+00:00`
}
