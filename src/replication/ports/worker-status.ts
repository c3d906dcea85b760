/** What does the worker that leads tell of itself, for those who look from elsewhere? Types only. Times are ISO. */
import type { ZenodoHealth } from './depositions.ts'
import type { LeaseProof } from './work-store.ts'

/** By the clock of the worker's host, which need not be that of who reads it. */
export interface WorkerReport {
  readonly host: string
  readonly pid: number
  /** Of the release. */
  readonly version: string
  readonly startedAt: string
  /** `stopped`: its last word, as it lets the lease go. */
  readonly state: 'working' | 'stopping' | 'stopped'
  readonly slots: { readonly total: number; readonly busy: number; readonly busyLarge: number }
  /** Bytes from which a copy is large. */
  readonly largeBytes: number
  /** Ids of the copies in the slots. */
  readonly copies: readonly number[]
  readonly breaker: BreakerReport
  readonly zenodo: ZenodoHealth
}

export interface BreakerReport {
  readonly open: boolean
  /** Why it is open. */
  readonly code: string | null
  readonly message: string | null
  /** Failed probes in a row. */
  readonly failures: number
  /** When Zenodo is asked again; null while it is closed. */
  readonly nextProbeAt: string | null
}

/** The report as it is found, with what the database knows of it. */
export interface WorkerView extends WorkerReport {
  readonly term: number
  readonly updatedAt: string
  /** By the database's clock. */
  readonly ageMs: number
  /** Whether it can no longer be taken for what is: too old, or of a worker that leads no more. */
  readonly stale: boolean
  /** A person has paused the service, and copies are still on their way. */
  readonly draining: boolean
}

/** So old, a report is stale; one comes three times as often. */
export const staleAfterMs = 30_000

export interface WorkerStatusStore {
  /** Fenced. @throws Failure `lease_lost` */
  tell(proof: LeaseProof, report: WorkerReport): Promise<void>
}
