/** What is handed to whoever does the work of a job? Types only. */
import type { Copy } from '../../core/copy.ts'
import type { Failure } from '../../core/failure.ts'
import type { Emit } from '../events.ts'
import type { DocumentSource } from '../ports/file-transfer.ts'
import type { Intake } from '../ports/intake.ts'
import type { IdleCopy, ItemResult, Job, JobStore, UpkeepStore } from '../ports/jobs.ts'
import type { Leadership } from '../ports/lease.ts'
import type { RunContext } from '../run-context.ts'

/** Whether there is more to be done at once, something that has to wait, or nothing. */
export type Left = 'more' | 'later' | 'nothing'

export interface FamilyTurns {
  /**
   * Works on what a copy left at Zenodo, while no copy of its dataset and family is being worked on. As soon as one is, the signal aborts.
   * @throws Failure `claim_lost` then
   */
  forJob<T>(
    copy: Pick<Copy, 'dataset' | 'family'>,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T>
}

export interface JobPorts {
  readonly jobs: JobStore
  readonly intake: Intake
  readonly upkeep: UpkeepStore
  readonly turns: FamilyTurns
  readonly emit: Emit
  readonly readDocument: DocumentSource['readDocument']
  /** Copies that a backfill may have in the queue: fewer than there are slots. */
  readonly inFlight: number
  /** Tries of one item that failed for a passing reason. */
  readonly attempts: number
  /** As for copies, but behind them at Zenodo, and on copies that nobody has claimed. */
  contextFor(lead: Leadership, signal: AbortSignal): RunContext
}

/** One part of a job, under way. */
export interface Part extends JobPorts {
  readonly lead: Leadership
  readonly signal: AbortSignal
  /** @throws Failure when Zenodo as a whole is out of order */
  readonly isOutage: (failure: Failure) => Promise<boolean>
}

/** What a kind of job does with one copy. */
export type CopyWork = (copy: IdleCopy, context: RunContext, job: Job) => Promise<ItemResult>
