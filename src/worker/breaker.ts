/** Is Zenodo down, or is it this copy? One cheap probe tells, so that an outage costs no copy an attempt. */
import { asFailure, type Failure, isFailure } from '../core/failure.ts'
import type { Emit } from '../replication/events.ts'
import type { Depositions } from '../replication/ports/depositions.ts'
import type { Desk } from '../replication/ports/desk.ts'
import type { BreakerReport } from '../replication/ports/worker-status.ts'
import type { ZenodoIncident } from './zenodo-incident.ts'

export interface BreakerSettings {
  /** Failed probes in a row after which claiming halts. */
  readonly failures: number
  readonly probeMs: number
}

export interface BreakerPorts {
  readonly depositions: Pick<Depositions, 'probe'>
  readonly desk: Pick<Desk, 'setSwitch' | 'clearSwitch'>
  readonly incident: ZenodoIncident
  readonly emit: Emit
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
}

export interface Breaker {
  /** Why claiming is halted, or null. */
  readonly open: () => Failure | null
  /** Judges a failure: true when Zenodo as a whole is out of order, so that the copy is not to blame. */
  isOutage(failure: Failure, signal: AbortSignal): Promise<boolean>
  /** Has the next tick probe, as what was wrong may have been put right. */
  probeSoon(): void
  /** Probes when it is time, and closes when Zenodo answers again. */
  tick(signal: AbortSignal): Promise<void>
  /** For people. */
  view(): BreakerReport
  /** Forgets what an earlier process left behind; but where that was out of order, it is asked whether it still is. */
  reset(signal: AbortSignal): Promise<void>
}

/** A line that swallows all makes uploads stall, as does a slow source; the probe tells which it was. */
const worker = { name: 'worker', reason: null }
const perhapsZenodo = ['zenodo_unavailable', 'zenodo_unexpected_answer', 'transfer_stalled'] as const

export function createBreaker(ports: BreakerPorts, settings: BreakerSettings): Breaker {
  let failed = 0
  let reason: Failure | null = null
  let probeAt = 0

  const probe = (signal: AbortSignal) => whyNot(ports, signal)
  const open = async (why: Failure) => {
    probeAt = ports.now() + settings.probeMs
    if (reason === null) ports.emit({ kind: 'breaker.opened', failure: why })
    reason = why
    await show(ports, () => ports.desk.setSwitch('breaker', { ...worker, reason: why.message }))
    await ports.incident.tell(why)
  }
  const close = async () => {
    failed = 0
    if (reason === null) return
    reason = null
    ports.emit({ kind: 'breaker.closed' })
    await show(ports, () => ports.desk.clearSwitch('breaker', worker))
    await ports.incident.tell(null)
  }
  return {
    open: () => reason,
    async isOutage(failure, signal) {
      if (failure.next !== 'halt' && !isFailure(failure, ...perhapsZenodo)) return false
      const why = await probe(signal)
      if (why === null) {
        await close()
        return false
      }
      failed += 1
      if (failed >= settings.failures || why.next === 'halt') await open(why)
      return true
    },
    probeSoon() {
      probeAt = 0
    },
    async tick(signal) {
      await ports.incident.retry()
      if (reason === null || ports.now() < probeAt) return
      const why = await probe(signal)
      await (why === null ? close() : open(why))
    },
    view: () => ({
      open: reason !== null,
      code: reason?.code ?? null,
      message: reason?.message ?? null,
      failures: failed,
      nextProbeAt: reason === null ? null : new Date(Date.now() + probeAt - ports.now()).toISOString(),
    }),
    async reset(signal) {
      await ports.desk.clearSwitch('breaker', worker)
      if (!(await ports.incident.stands())) return
      const why = await probe(signal)
      await (why === null ? ports.incident.tell(null) : open(why))
    },
  }
}

/** What is wrong with Zenodo now, or null. */
async function whyNot({ depositions }: BreakerPorts, signal: AbortSignal): Promise<Failure | null> {
  try {
    await depositions.probe(signal)
    return null
  } catch (error) {
    signal.throwIfAborted()
    return asFailure(error)
  }
}

/** The switch only shows people what the leader knows by itself: a database that is away must not change that. */
async function show(ports: BreakerPorts, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
  }
}
