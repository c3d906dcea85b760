/** Zenodo in our verbs. Types only. */
import type { Deposition, DepositionId, RemoteFile } from '../../core/copy.ts'
import type { DepositMetadata } from '../../core/metadata/deposit-metadata.ts'
import type { HeldBytes } from './file-transfer.ts'

/**
 * Zenodo in our verbs. Every method throws a Failure: transport errors and 5xx `zenodo_unavailable` (with
 * `details.ambiguous: true` when the request may have been carried out), the rest by what was refused.
 */
export interface Depositions {
  /** @returns null when there is none (never was, or was deleted). Always consistent, unlike the searches below. */
  get(id: DepositionId, signal: AbortSignal): Promise<Deposition | null>
  create(metadata: DepositMetadata, signal: AbortSignal): Promise<Deposition>
  /**
   * Own drafts that were created at `since` (ISO time) or later, newest first, asked for page by page as they are read.
   * Reads Zenodo's index, which may lag, and which shows the newest 10,000 depositions only.
   */
  ownDrafts(since: string, signal: AbortSignal): AsyncIterable<OwnDraft>
  /** Starts the next version of a published deposition: its files are imported. */
  startNewVersion(id: DepositionId, signal: AbortSignal): Promise<NextVersion>
  /** The open next-version draft of a concept, or null. Reads Zenodo's index, which may lag. */
  findOpenDraft(conceptRecid: string, signal: AbortSignal): Promise<Deposition | null>
  /** The last published version of a concept, or null. Reads Zenodo's index, which may lag. */
  findNewestRecord(conceptRecid: string, signal: AbortSignal): Promise<Deposition | null>
  /** An own published record under this DOI, or null. Reads Zenodo's index, which may lag. */
  findByDoi(doi: string, signal: AbortSignal): Promise<Deposition | null>
  /** Opens a published record for editing; harmless when it is open already. */
  reopen(id: DepositionId, signal: AbortSignal): Promise<Deposition>
  /** Replaces all metadata. */
  putMetadata(id: DepositionId, metadata: DepositMetadata, signal: AbortSignal): Promise<Deposition>
  /** Whether a file stays until the one that is sent in its place is whole. */
  readonly replacesAtOnce: boolean
  /** Where and how to send the bytes of one file. */
  uploadTarget(deposition: Deposition, name: string, size: number): UploadTarget
  /** How the bytes of a file are read back that the deposition holds. */
  heldBytes(deposition: Deposition, name: string): HeldBytes
  /** A file that is gone already counts as removed. */
  removeFile(deposition: Deposition, file: RemoteFile, signal: AbortSignal): Promise<void>
  publish(id: DepositionId, signal: AbortSignal): Promise<void>
  /** Has a published record join communities, or asks them to take it. What they refuse is not an error. */
  joinCommunities(id: DepositionId, slugs: readonly string[], signal: AbortSignal): Promise<void>
  /** Deletes a draft, or drops an open edit. Never call it on a deposition whose state was not just read. 404 is success. */
  discard(id: DepositionId, signal: AbortSignal): Promise<void>
  /** Whether requests wait for the rate limit now. */
  isHeldUp(): boolean
  /** What the answers of late tell of Zenodo. */
  health(): ZenodoHealth
  /** One cheap authenticated read: is Zenodo there, and is the token good? */
  probe(signal: AbortSignal): Promise<void>
}

/** One of Zenodo's rate limits. */
export interface RateLimit {
  /** Requests that the window takes: as Zenodo said, or as the settings say until it does. */
  readonly limit: number
  /** What the last answer about this window said is left; null: none did, or that window is over. */
  readonly remaining: number | null
  /** ISO time, by this host's clock, at which it begins anew. */
  readonly resetsAt: string | null
  /** Requests sent within the window that ends now. */
  readonly sent: number
}

export interface ZenodoHealth {
  readonly rateLimit: { readonly minute: RateLimit; readonly hour: RateLimit }
  /** Whether requests wait for the rate limit now. */
  readonly heldUp: boolean
  /** Calls of the last minutes: all, and those that were answered 429, 5xx, and not at all. */
  readonly recent: {
    readonly minutes: number
    readonly calls: number
    readonly rateLimited: number
    readonly serverErrors: number
    readonly unanswered: number
  }
  /** ISO time of the last answer below 400; null: none yet. */
  readonly lastSuccessAt: string | null
}

/** The open draft of the next version. */
export interface NextVersion {
  readonly draft: Deposition
  /** False when it was open before, with files: somebody may have worked on it, so it must never be dropped. */
  readonly isNew: boolean
}

/** A draft as a list shows it. */
export interface OwnDraft {
  readonly id: DepositionId
  readonly conceptRecid: string
  readonly title: string
  readonly keywords: readonly string[]
  /** ISO times by Zenodo's clock. */
  readonly createdAt: string
  readonly modifiedAt: string
}

/** An HTTP answer as the transfer saw it; header names in lower case. */
export interface UploadAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A PUT that the transfer makes: Zenodo's knowledge here, the bytes there. */
export interface UploadTarget {
  readonly url: string
  /** Complete: authorization, content type, content length. Never log them. */
  readonly headers: Readonly<Record<string, string>>
  /** Makes Zenodo ready for the file, waits for the rate limit and checks the lease; call right before each request. */
  admit(signal: AbortSignal): Promise<void>
  /** @returns what Zenodo stored. @throws Failure by status and body. */
  accept(answer: UploadAnswer, signal: AbortSignal): Promise<Stored>
}

/** What Zenodo stored of a file. */
export interface Stored {
  readonly size: number
  /** Hex, without prefix. */
  readonly md5: string
}
