/** The worker's own loop without Zenodo: real lease, claims, order and commits, and of each copy only what the caller does with it. */
import type { Store } from '../../src/db/store.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'
import type { Depositions } from '../../src/replication/ports/depositions.ts'
import type { ClaimedCopy, Outcome } from '../../src/replication/ports/work-store.ts'
import { runWorker } from '../../src/worker/worker.ts'

export interface BareWork {
  readonly store: Store
  /** Names the database, so that workers on others do not keep this one waiting. */
  readonly label: string
  readonly slots: number
  readonly pollMs: number
  /** Copies of so many bytes are large: one slot is kept from those. */
  readonly largeBytes?: number
  /** Brings the copy to its end. */
  readonly run: (claimed: ClaimedCopy) => Promise<Outcome>
  readonly emit?: (event: ServiceEvent) => void
}

export interface BareWorker {
  /** As when this process enqueued a copy. */
  wake(): void
  stop(): Promise<void>
}

/** Resolves once it leads. */
export async function startBareWorker(work: BareWork): Promise<BareWorker> {
  const { store, label, slots, pollMs, largeBytes = 5e9, run, emit = () => {} } = work
  const stop = new AbortController()
  const ready = Promise.withResolvers<void>()
  let wake = () => {}
  const ports = {
    ...store,
    emit: (event: ServiceEvent) => {
      if (event.kind === 'worker.ready') ready.resolve()
      emit(event)
    },
    depositions: { probe: async () => {}, health: () => health },
    runCopy: (claimed: ClaimedCopy) => run(claimed),
    chores: [],
    background: null,
    deliveries: [],
    onTold: () => () => {},
    removeAllOrphans: async () => {},
    onEnqueued: (listener: () => void) => {
      wake = listener
      return () => {}
    },
    onReloaded: () => () => {},
    onLead: () => {},
  }
  const lease = { name: 'zenodo', ttlMs: 30_000, host: 'bare', databaseId: label }
  const pauses = { quarantineMs: 0, breaker: { failures: 3, probeMs: 1000 } }
  const identity = { pid: process.pid, version: '0', startedAt: new Date().toISOString() }
  const settings = { lease, slots, largeBytes, pollMs, maxRescues: 5, mail: false, identity, ...pauses }
  const working = runWorker(ports, settings, { mode: 'daemon', only: null }, stop.signal)
  await Promise.race([ready.promise, working])
  return {
    wake: () => wake(),
    stop: async () => {
      stop.abort('nothing more to do')
      await working
    },
  }
}

const window = { limit: 100, remaining: null, resetsAt: null, sent: 0 }
const health: ReturnType<Depositions['health']> = {
  rateLimit: { minute: window, hour: window },
  heldUp: false,
  recent: { minutes: 15, calls: 0, rateLimited: 0, serverErrors: 0, unanswered: 0 },
  lastSuccessAt: null,
}
