/** What does a worker work with? Its ports, its settings, and what it has in hand while it leads. Types only. */
import type { Emit } from '../replication/events.ts'
import type { Depositions } from '../replication/ports/depositions.ts'
import type { Desk, Reading } from '../replication/ports/desk.ts'
import type { Incidents, Outbox } from '../replication/ports/outbox.ts'
import type { ClaimedCopy, Outcome, WorkStore } from '../replication/ports/work-store.ts'
import type { WorkerReport, WorkerStatusStore } from '../replication/ports/worker-status.ts'
import type { Background } from './background.ts'
import type { Breaker, BreakerPorts, BreakerSettings } from './breaker.ts'
import type { Chore } from './chores.ts'
import type { Delivery } from './deliver.ts'
import type { HeldLease, LeaderPorts } from './keep-lease.ts'
import type { LeaseSettings } from './leader.ts'
import type { Slot, Slots } from './slots.ts'
import type { Bell } from './timers.ts'

export interface WorkerSettings {
  readonly lease: Omit<LeaseSettings, 'wait'>
  readonly slots: number
  readonly largeBytes: number
  /** Between two looks at the table, at most. */
  readonly pollMs: number
  readonly quarantineMs: number
  /** Times a dead leader's copy is taken back before it counts as the copy's own doing. */
  readonly maxRescues: number
  readonly breaker: BreakerSettings
  /** What this process is, as it tells those who look from elsewhere. */
  readonly identity: Pick<WorkerReport, 'pid' | 'version' | 'startedAt'>
  /** Whether people are told of incidents by mail. */
  readonly mail: boolean
}

export interface WorkerPorts extends LeaderPorts {
  readonly work: WorkStore
  readonly desk: Desk
  readonly reading: Reading
  readonly depositions: BreakerPorts['depositions'] & Pick<Depositions, 'health'>
  readonly workerStatus: WorkerStatusStore
  readonly emit: Emit
  readonly runCopy: (claimed: ClaimedCopy, lead: HeldLease, slot: Slot) => Promise<Outcome>
  readonly chores: readonly Chore[]
  /** What goes on beside the copies; null: nothing. */
  readonly background: Background | null
  readonly outbox: Outbox
  readonly incidents: Incidents
  /** By which channels messages go out. */
  readonly deliveries: readonly Delivery[]
  /** Calls back whenever there may be a new message. @returns a function that ends that */
  readonly onTold: (listener: () => void) => () => void
  /** Deletes all drafts there ever were that lost answers left at Zenodo: what the run mode `orphans` is for. */
  readonly removeAllOrphans: (lead: HeldLease, signal: AbortSignal) => Promise<void>
  /** Calls back whenever this process enqueued a copy. @returns a function that ends that */
  readonly onEnqueued: (listener: () => void) => () => void
  /** Calls back when the settings were read again: a refused token may be a good one now. @returns a function that ends that */
  readonly onReloaded: (listener: () => void) => () => void
  /** Told who leads, so that every request can ask whether the lease is still trusted. */
  readonly onLead: (lead: HeldLease | null) => void
}

export interface WorkerRun {
  /**
   * `daemon`: until stopped · `once`: until nothing is due · `once_and_wait`: also for what becomes due later ·
   * `orphans`: claims nothing, looks for all orphans there ever were, and ends.
   */
  readonly mode: 'daemon' | 'once' | 'once_and_wait' | 'orphans'
  /** Only these copies, until none of them can move any more; null: the whole table. */
  readonly only: readonly number[] | null
}

/** What a leader has in hand while it leads. */
export interface Shift {
  readonly ports: WorkerPorts
  readonly settings: WorkerSettings
  readonly run: WorkerRun
  readonly stop: AbortSignal
  readonly bell: Bell
  readonly lead: HeldLease
  readonly slots: Slots
  readonly breaker: Breaker
  /** Aborts when the work is to end: on a stop, or with the lease. */
  readonly ends: AbortSignal
  readonly state: {
    /** Copies may be claimed under our term without a slot that works on them. */
    strays: boolean
    /** Nothing may be claimed now. */
    halted: boolean
    /** When each chore is due again; without an entry: now. */
    readonly choresAt: Map<Chore, number>
    /** Looks at the table in a row before which nothing began or ended. */
    quietLooks: number
  }
}
