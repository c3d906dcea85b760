/** When is which copy worked on? Lead, claim up to the free slots, run, wait for a bell or the next poll, until told to stop. */
import { asFailure, Failure } from '../core/failure.ts'
import { pauseMs } from '../core/polling.ts'
import type { Reading } from '../replication/ports/desk.ts'
import { type InBackground, keepGoing } from './background.ts'
import { type Breaker, createBreaker } from './breaker.ts'
import { doChores } from './chores.ts'
import { startDeliveries } from './deliver.ts'
import { turnoverOf } from './fill-slots.ts'
import { becomeLeader } from './leader.ts'
import type { Shift, WorkerPorts, WorkerRun, WorkerSettings } from './shift.ts'
import { createSlots } from './slots.ts'
import { keepTelling } from './tell-status.ts'
import { type Bell, createBell, sleep } from './timers.ts'
import type { Turnover } from './turnover.ts'
import { createZenodoIncident } from './zenodo-incident.ts'

/** How long slots may take to end after the lease is lost: longer, and two leaders might act at once. */
const lostGraceMs = 5000
const heartbeatMs = 2000
/** A worker that has nothing more to do delivers what is due, for so long at most. */
const lastWordsMs = 30_000

/**
 * Works until the mode says that it is done, or `stop` aborts: then running copies are released where they stand.
 * @throws Failure `lease_held`, `lease_lost`; with a mode other than daemon also the reason why the breaker is open
 */
export async function runWorker(
  ports: WorkerPorts,
  settings: WorkerSettings,
  run: WorkerRun,
  stop: AbortSignal,
): Promise<void> {
  const bell = createBell()
  const lead = await becomeLeader(ports, { ...settings.lease, wait: run.mode === 'daemon' }, stop)
  ports.onLead(lead)
  const slots = createSlots(() => bell.ring())
  const { proof } = lead
  const incident = createZenodoIncident({ ...ports, proof, mail: settings.mail })
  const breaker = createBreaker({ ...ports, incident, now: () => performance.now() }, settings.breaker)
  const stopListening = listen(ports, bell, breaker)
  const ends = AbortSignal.any([stop, lead.signal])
  const state = { strays: false, halted: true, choresAt: new Map(), quietLooks: 0 }
  const shift = { ports, settings, run, stop, bell, lead, slots, breaker, ends, state }
  const turnover = turnoverOf(shift)
  const telling = keepTelling(shift)
  try {
    await workAsLeader(shift, turnover)
  } finally {
    stopListening()
    await endSlots(shift, turnover)
    await telling.end()
    ports.onLead(null)
    await lead.release()
    ports.emit({ kind: 'worker.stopped' })
  }
}

/** What happens in this process is not waited for until the next look. @returns a function that ends that */
function listen(ports: WorkerPorts, bell: Bell, breaker: Breaker): () => void {
  const ends = [
    ports.onEnqueued(() => bell.ring()),
    ports.onReloaded(() => {
      breaker.probeSoon()
      bell.ring()
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

async function workAsLeader(shift: Shift, turnover: Turnover): Promise<void> {
  const { ports, settings, run, lead, bell, stop, breaker, ends, state } = shift
  ends.addEventListener('abort', () => bell.ring(), { once: true })
  await breaker.reset(ends)
  const quarantineMs = lead.quiet ? 0 : settings.quarantineMs
  const ids = await ports.work.rescue(lead.proof, { quarantineMs, maxRescues: settings.maxRescues })
  if (ids.length > 0) ports.emit({ kind: 'copies.rescued', ids, term: lead.proof.term })
  const families = await ports.desk.repairOrder()
  if (families > 0) ports.emit({ kind: 'order.repaired', families })
  if (run.mode === 'orphans') return await ports.removeAllOrphans(lead, ends)
  ports.emit({ kind: 'worker.ready', host: settings.lease.host, slots: settings.slots })
  const beating = keepBeating(shift)
  const background = keepGoing(shift)
  const telling = startDeliveries(ports.deliveries, { ...ports, lead, ...settings }, ends)
  try {
    while (!ends.aborted) {
      const pause = await turn(shift, turnover, background)
      if (pause === null) break
      state.quietLooks = (await bell.wait(pause)) ? 0 : state.quietLooks + 1
    }
  } finally {
    beating.end()
    await background.end()
    await telling.finish(lastWordsMs)
  }
  if (stop.aborted) ports.emit({ kind: 'worker.stopping', reason: String(stop.reason) })
  lead.signal.throwIfAborted()
}

/** One look at the table. @returns how long to wait before the next, or null when the work is done. */
async function turn(shift: Shift, turnover: Turnover, background: InBackground): Promise<number | null> {
  const { ports, settings, run, slots, lead, breaker, ends, state } = shift
  try {
    await breaker.tick(ends)
    await takeBackStrays(shift, turnover)
    const halted = breaker.open()
    // a claim that is under way fills its slots first; the next will not be made
    const isIdle = await turnover.alone(async () => slots.count() === 0)
    if (halted !== null && run.mode !== 'daemon' && isIdle) throw halted
    const more = halted === null && (await doChores(shift, turnover))
    state.halted = false
    const due = halted === null ? await claimDue(shift, turnover) : null
    if (slots.count() > 0 || run.mode === 'daemon') return pauseMs(state.quietLooks, due, settings.pollMs)
    return await pauseOfOnce(shift, more || !background.isIdle())
  } catch (error) {
    lead.signal.throwIfAborted()
    if (breaker.open() === error) throw error
    if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return settings.pollMs
  }
}

/** A claim whose answer was lost, or a run that could not write its end: the copy goes back into the queue. */
async function takeBackStrays({ ports, lead, slots, state }: Shift, turnover: Turnover): Promise<void> {
  if (!state.strays) return
  await turnover.alone(async () => {
    state.strays = false
    await ports.work.releaseStray(lead.proof, slots.ids()).catch((error: unknown) => {
      state.strays = true
      throw error
    })
  })
}

/** An idle worker reads one row, and claims only when that is due. @returns when the next is, as far as it was asked */
async function claimDue({ ports, settings, slots, lead, state }: Shift, turnover: Turnover): Promise<number | null> {
  if (slots.count() >= settings.slots) return null
  // a claim that is under way fills its slots first
  const due = await turnover.alone(() => ports.work.nextDueInMs())
  if (due !== 0) return due
  lead.requireTrusted()
  if ((await turnover.claim()) > 0) state.quietLooks = 0
  return due
}

/** Nothing runs and nothing could be claimed: is it worth waiting? @param more whether a chore or a job has more to do */
async function pauseOfOnce({ ports, run, settings, state }: Shift, more: boolean): Promise<number | null> {
  const switches = await ports.desk.switches()
  if (switches.some((one) => one.name === 'pause')) return null
  const pauseFor = (due: number | null) => pauseMs(state.quietLooks, due, settings.pollMs)
  if (run.only !== null) return (await anyCanMove(ports.reading, run.only)) ? pauseFor(null) : null
  if (more) return pauseFor(null)
  const due = await ports.work.nextDueInMs()
  if (due === null) return null
  return due === 0 || run.mode === 'once_and_wait' ? pauseFor(due) : null
}

async function anyCanMove(reading: Reading, ids: readonly number[]): Promise<boolean> {
  const { copies } = await reading.list({ ids, states: ['enqueued', 'replicating'], limit: 1000 })
  return copies.some((copy) => copy.blockedBy === null)
}

function keepBeating({ ports, slots, lead, ends }: Shift): { end(): void } {
  let beating = false
  const timer = setInterval(async () => {
    if (beating || slots.count() === 0) return
    beating = true
    try {
      const running = slots.snapshot()
      running.drop(await ports.work.heartbeat(lead.proof, running.progress))
    } catch (error) {
      if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    } finally {
      beating = false
    }
  }, heartbeatMs)
  return { end: () => clearInterval(timer) }
}

async function endSlots({ slots, lead, stop }: Shift, turnover: Turnover): Promise<void> {
  const empty = async () => {
    const reason = stop.aborted ? stop.reason : lead.signal.reason
    slots.abortAll(reason)
    await turnover.alone(async () => undefined)
    // a claim that was under way may have filled a slot
    slots.abortAll(reason)
    await slots.idle()
  }
  if (!lead.signal.aborted) return await empty()
  const grace = new AbortController()
  const late = sleep(lostGraceMs, grace.signal).then(
    () => true,
    () => false,
  )
  const ended = await Promise.race([empty().then(() => true), late.then((isLate) => !isLate)])
  grace.abort()
  if (!ended) throw new Failure('lease_lost', 'The lease is lost, and running transfers did not end in time.')
}
