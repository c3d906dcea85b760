/** What does the worker do to the table? Every write is fenced by the lease. Types only. */
import type { Copy, CopyFile, CopyState, CopyType, DepositionId, FileState, Step } from '../../core/copy.ts'
import type { Failure } from '../../core/failure.ts'
import type { Manifest } from '../../core/manifest/manifest.ts'
import type { MessageKind } from '../../core/messages.ts'
import type { KnownArchive } from '../../core/packaging/archives.ts'

/** Proof of leadership, repeated by every write of the worker. */
export interface LeaseProof {
  readonly name: string
  readonly holder: string
  readonly term: number
}

/** Another copy of the same dataset and family. */
export interface Sibling {
  readonly id: number
  readonly type: CopyType
  readonly position: number
  readonly state: CopyState
  readonly step: Step | null
  readonly depositionId: DepositionId | null
  readonly doi: string | null
}

/** A file that an earlier copy of the family brought to Zenodo, with the md5 it had and the position of that copy. */
export type KnownFile = Pick<CopyFile, 'path' | 'size' | 'checksum' | 'archive'> & {
  readonly md5: string
  readonly position: number
}

export interface ClaimedCopy {
  readonly copy: Copy
  readonly manifest: Manifest
  readonly fileRoot: string | null
  readonly files: readonly CopyFile[]
  /** Every other copy of the dataset and family, by position. */
  readonly siblings: readonly Sibling[]
  /** Newest first, at most one a path and checksum. */
  readonly knownFiles: readonly KnownFile[]
  /** Archives of this copy and of earlier ones of the family, newest first. */
  readonly knownArchives: readonly KnownArchive[]
  /** Intents of this copy that have no recorded outcome: ask Zenodo before repeating them. */
  readonly openIntents: readonly OpenIntent[]
}

export interface ClaimRequest {
  readonly proof: LeaseProof
  /** At most so many copies, of which at most `largeSlots` with `bytesTotal >= largeBytes`. */
  readonly slots: number
  readonly largeSlots: number
  readonly largeBytes: number
  /** Only these copies (a foreground `send`); null: whatever is due. */
  readonly only: readonly number[] | null
}

/** An irreversible call that was announced before it was made. */
export interface Intent {
  readonly operation: 'create' | 'new_version' | 'publish' | 'discard' | 'remove_file'
  readonly depositionId: DepositionId | null
  /** Marker written into a draft that is being created, to find it again when the answer is lost. */
  readonly marker: string | null
}

/** An announced call of which nobody knows how it ended. */
export interface OpenIntent extends Intent {
  /** ISO time by the database's clock. */
  readonly announcedAt: string
}

/** What a step learnt. Undefined fields stay as they are; null clears. */
export interface Facts {
  readonly depositionId?: DepositionId | null
  readonly conceptRecid?: string | null
  readonly doi?: string | null
  readonly recordUrl?: string | null
  readonly note?: string | null
  /** SHA-256 of the metadata that was sent, but for the DOI. */
  readonly metadataDigest?: string
}

export interface FileFact {
  readonly path: string
  readonly state: FileState
  readonly md5: string | null
  readonly bytesDone: number
}

/** Where a file goes. */
export type PlacedFile = Pick<CopyFile, 'path' | 'state' | 'archive'>

/** An archive that is at Zenodo. */
export type ArchiveFact = Omit<KnownArchive, 'position'>

/** The calls that a run made to Zenodo, for its story. */
export interface RunCalls {
  /** In their order; `ms` is how long each took, `status` 0 when no answer came. Paths have no query. */
  readonly calls: ReadonlyArray<{
    readonly method: string
    readonly path: string
    readonly status: number
    readonly ms: number
  }>
  /** So many between the first and the last are not kept. */
  readonly callsLeftOut: number
}

/** How a run ends for the row, and what it asked of Zenodo. */
export type Outcome = Ended & { readonly made?: RunCalls }

/** `attempt`: whether it counts as one. */
type Ended =
  | { readonly kind: 'finished'; readonly attempt: boolean; readonly messages: readonly OutboxMessage[] }
  | { readonly kind: 'retry'; readonly failure: Failure; readonly delayMs: number }
  | { readonly kind: 'error'; readonly failure: Failure; readonly attempt: boolean }
  | { readonly kind: 'released'; readonly reason: string; readonly delayMs: number }

/** How the run of one copy ends. */
export interface Ending {
  readonly copyId: number
  readonly outcome: Outcome
}

export interface Turn {
  /** For each ending, in their order: the copy as it is now, or the Failure `claim_lost`. */
  readonly settled: ReadonlyArray<Copy | Failure>
  readonly claimed: readonly ClaimedCopy[]
}

/** A message for the repository; `copy.moved` is about a finished copy whose deposition is gone. Stored in the transaction that makes it true. */
export interface OutboxMessage {
  readonly kind: Extract<MessageKind, 'copy.finished' | 'copy.moved' | 'copy.error' | 'staging.may_be_deleted'>
  readonly payload: Readonly<Record<string, unknown>>
}

export interface RunningProgress {
  readonly copyId: number
  readonly bytesDone: number
  readonly filesDone: number
}

/**
 * Every method is fenced: it fails with `lease_lost` when the proof is no longer the lease row's, and with `claim_lost` when
 * the copy is no longer claimed under that term.
 */
export interface WorkStore {
  claim(request: ClaimRequest): Promise<readonly ClaimedCopy[]>
  /** The copy enters a step: shown while it runs, and where a takeover continues. */
  enterStep(proof: LeaseProof, copyId: number, step: Step): Promise<void>
  /** Facts of a step and its event, in one transaction. @returns the copy as it is now. */
  recordStep(proof: LeaseProof, copyId: number, record: StepRecord): Promise<Copy>
  /** In which archive each of these files goes, and whether it is skipped. The copy's totals follow. */
  placeFiles(proof: LeaseProof, copyId: number, files: readonly PlacedFile[]): Promise<void>
  /** File facts as they happen, several at a time; with the archives that are through with their members. */
  recordFiles(
    proof: LeaseProof,
    copyId: number,
    files: readonly FileFact[],
    archives?: readonly ArchiveFact[],
  ): Promise<void>
  /** Announces an irreversible call. Being fenced, it is also the fresh lease check right before that call. */
  announce(proof: LeaseProof, copyId: number, intent: Intent): Promise<void>
  /** Settles an announced call that brought no facts to store. */
  settleIntent(proof: LeaseProof, copyId: number, settlement: Settlement): Promise<void>
  /**
   * Every copy of the dataset and family that points at the deposition `from` gets these facts from now on. Of finished ones
   * that thereby stand elsewhere the repository is told (`copy.moved`), as it was told where they stood.
   */
  repoint(proof: LeaseProof, copyId: number, change: Repointing): Promise<Copy>
  /**
   * Ends runs, and claims what takes their place, all in one transaction. Never fails with `claim_lost`: that is what became
   * of single copies. @param next null: claims nothing
   */
  settle(proof: LeaseProof, endings: readonly Ending[], next: ClaimRequest | null): Promise<Turn>
  /** Progress and heartbeat of all running copies in one statement. @returns ids that are no longer claimed under the term. */
  heartbeat(proof: LeaseProof, running: readonly RunningProgress[]): Promise<number[]>
  /**
   * Takes back what is claimed under the proof's own term but in nobody's hands: a claim whose answer was lost.
   * @param held ids that are being worked on
   */
  releaseStray(proof: LeaseProof, held: readonly number[]): Promise<number[]>
  /** Takes back what older terms left `replicating`: enqueued again after the quarantine, at no cost of an attempt. */
  rescue(proof: LeaseProof, options: { readonly quarantineMs: number; readonly maxRescues: number }): Promise<number[]>
  /** When the next waiting copy becomes due: milliseconds from now, 0 when one is due, null when none waits. Blocked ones do not count. */
  nextDueInMs(): Promise<number | null>
}

/** How an announced call ended: `done`, `found_done`, `not_done`, `adopted …`, `refused: …`, or `overtaken` by a copy that finished. */
export interface Settlement {
  readonly intent: Intent
  readonly outcome: string
}

export interface Repointing {
  readonly from: DepositionId
  readonly to: Facts
  readonly settles: Settlement | null
}

export interface StepRecord {
  readonly step: Step
  readonly facts: Facts
  /** The announced call whose outcome these facts are, settled in the same transaction. */
  readonly settles: Settlement | null
  /** Shown in the event log: what was done, in data. */
  readonly data: Readonly<Record<string, unknown>>
}
