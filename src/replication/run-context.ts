/** What does one run of a copy carry along? Its ports, its settings, and what it knows so far. */

import type { Copy, CopyFile, Deposition, DepositionId, RecordFile, RemoteFile } from '../core/copy.ts'
import { externalDoi } from '../core/doi.ts'
import { type FileChanges, fileChanges } from '../core/file-changes.ts'
import type { FlightBounds } from '../core/flight.ts'
import { type Limits, sendable } from '../core/limits.ts'
import { type DepositMetadata, depositMetadata } from '../core/metadata/deposit-metadata.ts'
import type { RetryPolicy } from '../core/outcome.ts'
import { alone, type Packaging } from '../core/packaging/pack.ts'
import type { Beginning } from '../core/steps.ts'
import type { Emit } from './events.ts'
import type { Depositions } from './ports/depositions.ts'
import type { FileTransfer } from './ports/file-transfer.ts'
import type { Leadership } from './ports/lease.ts'
import type { ClaimedCopy, Settlement, WorkStore } from './ports/work-store.ts'

export interface RunSettings {
  /** Data copies carry the dataset's own DOI (edited in place) or get one from Zenodo (a version each). */
  readonly dataDoi: 'dataset' | 'zenodo'
  readonly communities: readonly string[]
  readonly limits: Limits
  readonly packaging: Packaging
  readonly retry: RetryPolicy
  /** Files of one copy on their way at the same time. */
  readonly filesInFlight: FlightBounds
  /** The DOI that Zenodo will give to a deposition; null where only the deposition itself can tell. */
  readonly reservedDoi: (depositionId: DepositionId) => string | null
  /** False where sending the reserved DOI back is refused (the sandbox). */
  readonly mayEchoDoi: boolean
  /** How often a lost answer or an unconfirmed publish is looked up, and the pause before the first look. */
  readonly looks: { readonly times: number; readonly firstMs: number }
}

export interface RunContext {
  readonly work: WorkStore
  readonly depositions: Depositions
  readonly transfer: FileTransfer
  readonly lead: Leadership
  readonly emit: Emit
  readonly settings: RunSettings
  /** Aborts on shutdown, on a lost lease, and when the copy is no longer ours. */
  readonly signal: AbortSignal
  /** Bytes and files of this copy that are at Zenodo, for the heartbeat. */
  readonly onProgress: (progress: { readonly bytesDone: number; readonly filesDone: number }) => void
  /** Waits, or rejects with the reason of the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** 0 to 1. */
  readonly random: () => number
  /** A new unique text, to find a draft again whose creation was not answered. */
  readonly marker: () => string
}

/** One run: what was claimed, and what is known by now. Steps return the next one; nothing is changed in place. */
export interface Run {
  readonly claimed: ClaimedCopy
  readonly copy: Copy
  readonly files: readonly CopyFile[]
  /** What holds those files that do not stand alone at Zenodo. */
  readonly archives: readonly RecordFile[]
  readonly beginning: Beginning
  readonly deposition: Deposition | null
  /** A record of the family that this copy cannot go on with, because of its DOI. */
  readonly passedOver: Deposition | null
  /** The record that the family published before the draft, where the deposition is a draft and there is such a record. */
  readonly published: Deposition | null
  /** An unanswered call of an earlier run whose draft was found, to be settled when it is stored. */
  readonly settles: Settlement | null
  /** An unanswered publish of an earlier run is there to see, with our files and metadata. */
  readonly publishedByUs: boolean
}

/** A run that has its deposition. */
export type RunWithDeposition = Run & { readonly deposition: Deposition }

export type StepFunction = (run: Run, context: RunContext) => Promise<Run>

export function editsInPlace(copy: Copy, settings: RunSettings): boolean {
  return copy.family === 'data' && settings.dataDoi === 'dataset'
}

/** What the deposition should hold compared with what it holds. */
export function changesOf(
  { claimed, copy, files, archives }: Pick<Run, 'claimed' | 'copy' | 'files' | 'archives'>,
  remote: readonly RemoteFile[],
): FileChanges {
  const wanted = [...alone(files), ...archives]
  return fileChanges({ files: wanted, earlier: claimed.knownFiles, position: copy.position }, remote)
}

/** Files with content that the version should have at Zenodo. */
export function wantedFiles(run: Pick<Run, 'files'>): CopyFile[] {
  return sendable(run.files)
}

/** The DOI under which this deposition is found once published. */
function doiOf(copy: Copy, deposition: Deposition, settings: RunSettings): string | null {
  if (editsInPlace(copy, settings)) return externalDoi(copy.dataset.doi)
  return deposition.doi ?? settings.reservedDoi(deposition.id)
}

/** What a row stores of the deposition it points at; nothing of none. */
export function factsOf(copy: Copy, deposition: Deposition | null, settings: RunSettings) {
  if (deposition === null) return { depositionId: null, conceptRecid: null, doi: null, recordUrl: null }
  const { id, conceptRecid, htmlUrl } = deposition
  return { depositionId: id, conceptRecid, doi: doiOf(copy, deposition, settings), recordUrl: htmlUrl }
}

/** Zenodo metadata of this copy for a deposition, or for one that is still to be created. */
export function metadataOf(
  run: Pick<Run, 'claimed' | 'copy'>,
  deposition: Deposition | null,
  settings: RunSettings,
): DepositMetadata {
  const echo = deposition !== null && (settings.mayEchoDoi || deposition.submitted)
  const own = deposition !== null && echo ? doiOf(run.copy, deposition, settings) : null
  return depositMetadata({
    manifest: run.claimed.manifest,
    family: run.copy.family,
    doi: editsInPlace(run.copy, settings) ? run.copy.dataset.doi : own,
    dataDoi: settings.dataDoi,
    communities: settings.communities,
  })
}

/** @throws when a step runs before the deposition is known: a defect of the plan. */
export function requireDeposition(run: Run): RunWithDeposition {
  const { deposition } = run
  if (deposition === null) throw new Error(`copy ${run.copy.id} has no deposition yet`)
  return { ...run, deposition }
}
