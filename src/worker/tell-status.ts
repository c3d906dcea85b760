/** How do those who look from elsewhere learn what this worker is at? It writes a row about itself: soon after something changed, and now and then. */
import { asFailure, isFailure } from '../core/failure.ts'
import type { WorkerReport } from '../replication/ports/worker-status.ts'
import type { Shift } from './shift.ts'

/** Between two looks at whether something changed, and so between two writes at least. */
const lookMs = 2000
/** Between two writes at most: a third of the age at which a row is stale. */
const quietMs = 10_000
/** While copies are on their way, as their calls to Zenodo change what is told. */
const busyMs = 5000

/** Tells from now on. `end` tells that the worker stopped, unless the lease is lost: the row is then somebody else's. */
export function keepTelling(shift: Shift): { end(): Promise<void> } {
  let toldKey = ''
  let toldAt = Number.NEGATIVE_INFINITY
  let last: Promise<void> = Promise.resolve()
  const tell = async (report: WorkerReport) => {
    const key = keyOf(report)
    const age = performance.now() - toldAt
    const isNews = key !== toldKey || age >= (report.slots.busy > 0 ? busyMs : quietMs)
    if (!isNews || shift.lead.signal.aborted) return
    toldAt = performance.now()
    // one that was not written is tried again at the next look
    toldKey = (await written(report, shift)) ? key : ''
  }
  let telling = false
  const look = () => {
    // a database that does not answer is not asked a second time meanwhile
    if (telling) return
    telling = true
    last = tell(reportOf(shift, shift.stop.aborted ? 'stopping' : 'working')).finally(() => {
      telling = false
    })
  }
  const timer = setInterval(look, lookMs)
  look()
  return {
    async end() {
      clearInterval(timer)
      await Promise.race([last.then(() => tell(reportOf(shift, 'stopped'))), giveUp()])
    },
  }
}

async function written(report: WorkerReport, { ports, lead }: Shift): Promise<boolean> {
  try {
    await ports.workerStatus.tell(lead.proof, report)
    return true
  } catch (error) {
    if (!lead.signal.aborted && !isFailure(error, 'lease_lost')) {
      ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    }
    return false
  }
}

/** A database that is away must not keep the process from ending. */
function giveUp(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, lookMs).unref())
}

function reportOf({ settings, slots, breaker, ports }: Shift, state: WorkerReport['state']): WorkerReport {
  const { largeBytes } = settings
  return {
    ...settings.identity,
    host: settings.lease.host,
    state,
    slots: { total: settings.slots, busy: slots.count(), busyLarge: slots.countLarge(largeBytes) },
    largeBytes,
    copies: slots.ids(),
    breaker: breaker.view(),
    zenodo: ports.depositions.health(),
  }
}

/** What people want to know at once when it changes; the figures of the calls to Zenodo can wait. */
function keyOf({ state, copies, breaker }: WorkerReport): string {
  return JSON.stringify([state, copies, breaker.open, breaker.failures, breaker.nextProbeAt])
}
