/** Who is handed to whom? The composition root: configuration in, the whole service out. It holds no logic of its own. */
import { randomUUID } from 'node:crypto'
import type { Config } from './config.ts'
import type { PersonAction } from './core/copy-state.ts'
import { openDatabase } from './db/connection.ts'
import { migrate, migrationStatus, requireCurrentSchema } from './db/migrate.ts'
import { createStore } from './db/store.ts'
import { type EnqueueRequest, enqueueAll, enqueueEach } from './replication/enqueue.ts'
import type { ServiceEvent } from './replication/events.ts'
import { findOrphans, removeOrphans } from './replication/orphans.ts'
import type { Actor, CopyFilter } from './replication/ports/desk.ts'
import { actOnCopies } from './replication/requeue.ts'
import type { RunSettings } from './replication/run-context.ts'
import { runCopy } from './replication/run-copy.ts'
import { createTransfer } from './transfer/transfer.ts'
import type { HeldLease } from './worker/keep-lease.ts'
import { sleep } from './worker/timers.ts'
import { runWorker, type WorkerRun, type WorkerSettings } from './worker/worker.ts'
import { mayEchoReservedDoi, reservedDoi } from './zenodo/addresses.ts'
import { createDepositions } from './zenodo/client.ts'
import { createRecords } from './zenodo/records/client.ts'

/** Zenodo's front end blocks clients that do not say who they are (zenodo/zenodo-docs-user#180). */
function userAgentOf({ zenodo }: Config): string {
  return zenodo.contact === '' ? 'zenodo-replicator/0.1' : `zenodo-replicator/0.1 (+${zenodo.contact})`
}

/** The service, opened on one configuration. Close it when done. */
export type App = Awaited<ReturnType<typeof openApp>>

/** Connects nothing yet: the database is reached with the first statement, Zenodo with the first request. */
export async function openApp(config: Config) {
  const listeners = new Set<(event: ServiceEvent) => void>()
  const emit = (event: ServiceEvent) => {
    for (const listener of listeners) listener(event)
  }
  const database = openDatabase(config.database.url)
  const store = createStore(database)
  return {
    config,
    intake: store.intake,
    desk: store.desk,
    reading: store.reading,
    leases: store.leases,
    /** @returns a function that ends the subscription. */
    onEvent(listener: (event: ServiceEvent) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    database: {
      ping: () => database.ping(),
      migrate: () => migrate(database),
      migrationStatus: () => migrationStatus(database),
      requireCurrentSchema: () => requireCurrentSchema(database),
      label: database.label,
    },
    enqueue: async (request: EnqueueRequest) =>
      (await enqueueAll({ intake: store.intake, emit }, [request])).flatMap((answer) => answer.copies),
    /** All of them, or with a refusal none. */
    enqueueAll: (requests: readonly EnqueueRequest[]) => enqueueAll({ intake: store.intake, emit }, requests),
    /** Those that are not refused, the reason for each of the others. */
    enqueueEach: (requests: readonly EnqueueRequest[]) => enqueueEach({ intake: store.intake, emit }, requests),
    act: (action: PersonAction, request: { filter: CopyFilter; actor: Actor }) =>
      actOnCopies(store.desk, action, request),
    async probeZenodo(signal: AbortSignal): Promise<void> {
      const depositions = openZenodo(config, { emit, guard: () => {} })
      try {
        await depositions.probe(signal)
      } finally {
        await depositions.close()
      }
    },
    /** Drafts that lost answers left at Zenodo. Only looks. */
    async orphans(signal: AbortSignal) {
      const depositions = openZenodo(config, { emit, guard: () => {} })
      try {
        return await findOrphans({ orphans: store.orphans, depositions }, null, signal)
      } finally {
        await depositions.close()
      }
    },
    /** Milliseconds until the next waiting copy that nothing holds back becomes due; null when there is none. */
    nextDueInMs: () => store.work.nextDueInMs(),
    worker: (run: WorkerRun, stop: AbortSignal) =>
      work({ config, store, emit, databaseLabel: database.label }, run, stop),
    close: () => database.close(),
  }
}

/** The worker's chore looks at copies that something happened to lately: Zenodo's index lags by minutes. */
const recentMs = 3 * 24 * 3_600_000

interface Parts {
  readonly config: Config
  readonly store: ReturnType<typeof createStore>
  readonly emit: (event: ServiceEvent) => void
  readonly databaseLabel: string
}

async function work({ config, store, emit, databaseLabel }: Parts, run: WorkerRun, stop: AbortSignal): Promise<void> {
  let lead: HeldLease | null = null
  const guard = () => lead?.requireTrusted()
  const depositions = openZenodo(config, { emit, guard })
  const transfer = createTransfer({
    fileRoots: config.sources.fileRoots,
    allowPrivateAddresses: config.sources.allowPrivateAddresses,
    stallMs: config.transfer.stallSeconds * 1000,
    fileAttempts: config.transfer.fileAttempts,
    retryBaseMs: config.transfer.retryBaseSeconds * 1000,
    userAgent: userAgentOf(config),
    emit,
  })
  const ports = {
    ...store,
    depositions,
    emit,
    removeOrphans: (held: HeldLease, { all, signal }: { readonly all: boolean; readonly signal: AbortSignal }) =>
      removeOrphans({ orphans: store.orphans, depositions, lead: held, emit, signal }, all ? null : recentMs),
    onLead: (held: HeldLease | null) => {
      lead = held
    },
    runCopy: (
      claimed: Parameters<typeof runCopy>[0],
      held: HeldLease,
      slot: Pick<Parameters<typeof runCopy>[1], 'signal' | 'onProgress'>,
    ) =>
      runCopy(claimed, {
        ...slot,
        work: store.work,
        depositions,
        transfer,
        lead: held,
        emit,
        settings: runSettings(config),
        sleep,
        now: () => performance.now(),
        random: Math.random,
        marker: () => `zenodo-replicator:${randomUUID()}`,
      }),
  }
  try {
    await runWorker(ports, workerSettings(config, databaseLabel), run, stop)
  } finally {
    await Promise.all([depositions.close(), transfer.close()])
  }
}

function openZenodo(
  config: Config,
  hooks: { readonly emit: (event: ServiceEvent) => void; readonly guard: () => void },
) {
  const options = {
    baseUrl: config.zenodo.url,
    token: config.zenodo.token,
    userAgent: userAgentOf(config),
    requestsPerMinute: config.zenodo.requestsPerMinute,
    requestsPerHour: config.zenodo.requestsPerHour,
    stallMs: config.transfer.stallSeconds * 1000,
    retryBaseMs: config.zenodo.retryBaseSeconds * 1000,
    ...hooks,
  }
  const { api, publisher } = config.zenodo
  return api === 'records' ? createRecords({ ...options, publisher }) : createDepositions(options)
}

function runSettings(config: Config): RunSettings {
  return {
    dataDoi: config.data.doi,
    communities: config.zenodo.communities,
    limits: config.limits,
    packaging: config.packaging,
    retry: {
      attempts: config.retry.attempts,
      baseMs: config.retry.baseSeconds * 1000,
      maxMs: config.retry.maxSeconds * 1000,
    },
    filesInFlight: { from: config.worker.filesInFlight, most: config.worker.filesInFlightMost },
    // by the records API a DOI is reserved for good, and given back only to the draft that has it
    reservedDoi: (id) => (config.zenodo.api === 'records' ? null : reservedDoi(config.zenodo.url, id)),
    mayEchoDoi: config.zenodo.api === 'records' || mayEchoReservedDoi(config.zenodo.url),
    looks: { times: config.zenodo.looks, firstMs: config.zenodo.firstLookSeconds * 1000 },
  }
}

function workerSettings(config: Config, databaseLabel: string): WorkerSettings {
  const { worker, breaker } = config
  return {
    lease: {
      name: worker.lease.name,
      ttlMs: worker.lease.ttlSeconds * 1000,
      host: config.hostname,
      databaseId: databaseLabel,
    },
    slots: worker.slots,
    largeBytes: worker.largeBytes,
    pollMs: worker.pollSeconds * 1000,
    quarantineMs: worker.lease.quarantineSeconds * 1000,
    maxRescues: worker.maxRescues,
    orphansEveryMs: worker.orphansEverySeconds * 1000,
    breaker: { failures: breaker.failures, probeMs: breaker.probeSeconds * 1000 },
  }
}
