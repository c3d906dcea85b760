/**
 * Who is handed to whom for what is done at Zenodo? The half of the composition root that brings the clients along, and the
 * worker; `app.ts` loads it for the commands that need it.
 */
import { randomUUID } from 'node:crypto'
import { choresOf } from './app-chores.ts'
import { backgroundOf } from './app-jobs.ts'
import { hasMail, openNotices, sendTests } from './app-notices.ts'
import type { Config } from './config.ts'
import type { DepositionId } from './core/copy.ts'
import { isFailure } from './core/failure.ts'
import type { createStore } from './db/store.ts'
import { packageVersion } from './package-version.ts'
import type { Secrets } from './reload.ts'
import { createCallLog } from './replication/call-log.ts'
import type { ServiceEvent } from './replication/events.ts'
import { findOrphans, removeOrphans } from './replication/orphans.ts'
import type { Depositions } from './replication/ports/depositions.ts'
import type { RunSettings } from './replication/run-context.ts'
import { runCopy } from './replication/run-copy.ts'
import { createTransfer } from './transfer/transfer.ts'
import { createFamilyTurns } from './worker/family-turns.ts'
import type { HeldLease } from './worker/keep-lease.ts'
import type { WorkerPorts, WorkerRun, WorkerSettings } from './worker/shift.ts'
import { sleep } from './worker/timers.ts'
import { runWorker } from './worker/worker.ts'
import { mayEchoReservedDoi, reservedDoi } from './zenodo/addresses.ts'
import { createDepositions } from './zenodo/client.ts'
import { createPacer, type Pacer } from './zenodo/pacer.ts'
import { createRecords } from './zenodo/records/client.ts'

/** Zenodo's front end blocks clients that do not say who they are (zenodo/zenodo-docs-user#180). */
function userAgentOf({ zenodo }: Config): string {
  const release = packageVersion().split('.').slice(0, 2).join('.')
  return `zenodo-replicator/${release}${zenodo.contact === '' ? '' : ` (+${zenodo.contact})`}`
}

/** What the service is opened with. */
export interface Parts {
  readonly config: Config
  readonly secrets: () => Secrets
  readonly store: ReturnType<typeof createStore>
  readonly emit: (event: ServiceEvent) => void
  readonly onEnqueued: WorkerPorts['onEnqueued']
  readonly onReloaded: WorkerPorts['onReloaded']
  readonly onTold: WorkerPorts['onTold']
  readonly databaseLabel: string
}

/** One cheap authenticated read. */
export async function probe(parts: Parts, signal: AbortSignal): Promise<void> {
  await withZenodo(parts, (depositions) => depositions.probe(signal))
}

/** Whether the token gets at this deposition. Only looks. */
export async function sees(parts: Parts, id: DepositionId, signal: AbortSignal): Promise<boolean> {
  try {
    return await withZenodo(parts, async (depositions) => (await depositions.get(id, signal)) !== null)
  } catch (error) {
    if (isFailure(error, 'zenodo_forbidden')) return false
    throw error
  }
}

/** A test message by each channel that is set up. */
export async function testNotices(parts: Parts, signal: AbortSignal) {
  return await sendTests({ ...parts, userAgent: userAgentOf(parts.config) }, signal)
}

/** Drafts that lost answers left at Zenodo. Only looks. */
export async function orphans(parts: Parts, signal: AbortSignal) {
  const { orphans } = parts.store
  return await withZenodo(parts, (depositions) => findOrphans({ orphans, depositions }, null, signal))
}

async function withZenodo<T>(parts: Parts, use: (depositions: Depositions) => Promise<T>): Promise<T> {
  const depositions = openZenodo(parts, () => {})
  try {
    return await use(depositions)
  } finally {
    await depositions.close()
  }
}

/** Brings copies to Zenodo, as `runWorker` does. */
export async function work(parts: Parts, run: WorkerRun, stop: AbortSignal): Promise<void> {
  const { config, store, emit, databaseLabel } = parts
  let lead: HeldLease | null = null
  const pacer = createPacer({ perMinute: config.zenodo.requestsPerMinute, perHour: config.zenodo.requestsPerHour })
  const calls = createCallLog(emit)
  const open = (pacing: Pacer) => openZenodo({ ...parts, emit: calls.emit }, () => lead?.requireTrusted(), pacing)
  const [depositions, behind] = [open(pacer), open(pacer.background)]
  const transfer = openTransfer(parts)
  const turns = createFamilyTurns()
  const surroundings = {
    transfer,
    emit,
    settings: runSettings(config),
    sleep,
    now: () => performance.now(),
    random: Math.random,
    marker: () => `zenodo-replicator:${randomUUID()}`,
  }
  const notices = await openNotices({ ...parts, userAgent: userAgentOf(config) })
  const ports = {
    ...store,
    deliveries: notices.deliveries,
    depositions,
    emit,
    background: backgroundOf({ config, store, depositions: behind, turns, documents: transfer, surroundings }),
    chores: choresOf(config, { store, depositions, emit }),
    removeAllOrphans: (held: HeldLease, signal: AbortSignal) =>
      removeOrphans({ orphans: store.orphans, depositions, lead: held, emit, signal }, null),
    onEnqueued: parts.onEnqueued,
    onReloaded: parts.onReloaded,
    onTold: parts.onTold,
    onLead: (held: HeldLease | null) => {
      lead = held
    },
    runCopy: (
      claimed: Parameters<typeof runCopy>[0],
      held: HeldLease,
      slot: Pick<Parameters<typeof runCopy>[1], 'signal' | 'onProgress'>,
    ) =>
      turns.forCopy(claimed.copy, () =>
        calls.during(() => runCopy(claimed, { ...surroundings, ...slot, work: store.work, depositions, lead: held })),
      ),
  }
  try {
    await runWorker(ports, workerSettings(config, databaseLabel), run, stop)
  } finally {
    await Promise.all([depositions.close(), behind.close(), transfer.close(), notices.close()])
  }
}

function openTransfer({ config, emit }: Parts) {
  return createTransfer({
    fileRoots: config.sources.fileRoots,
    allowPrivateAddresses: config.sources.allowPrivateAddresses,
    stallMs: config.transfer.stallSeconds * 1000,
    fileAttempts: config.transfer.fileAttempts,
    retryBaseMs: config.transfer.retryBaseSeconds * 1000,
    userAgent: userAgentOf(config),
    emit,
  })
}

/** @param guard called right before every request; throws when the lease is not trusted */
function openZenodo({ config, secrets, emit }: Parts, guard: () => void, pacer?: Pacer) {
  const options = {
    ...(pacer === undefined ? {} : { pacer }),
    baseUrl: config.zenodo.url,
    token: () => secrets().token,
    userAgent: userAgentOf(config),
    requestsPerMinute: config.zenodo.requestsPerMinute,
    requestsPerHour: config.zenodo.requestsPerHour,
    stallMs: config.transfer.stallSeconds * 1000,
    retryBaseMs: config.zenodo.retryBaseSeconds * 1000,
    guard,
    emit,
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
    breaker: { failures: breaker.failures, probeMs: breaker.probeSeconds * 1000 },
    identity: {
      pid: process.pid,
      version: packageVersion(),
      startedAt: new Date(performance.timeOrigin).toISOString(),
    },
    mail: hasMail(config),
  }
}
