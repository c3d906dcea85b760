/** When is which copy worked on? Lead, claim up to the free slots, run, wait for a bell or the next poll, until told to stop. */
import { asFailure, Failure } from '../core/failure.ts'
import type { Emit } from '../replication/events.ts'
import type { Desk, Reading } from '../replication/ports/desk.ts'
import type { ClaimedCopy, Outcome, WorkStore } from '../replication/ports/work-store.ts'
import { type Breaker, type BreakerPorts, type BreakerSettings, createBreaker } from './breaker.ts'
import type { HeldLease, LeaderPorts } from './keep-lease.ts'
import { becomeLeader, type LeaseSettings } from './leader.ts'
import { runSlot } from './run-slot.ts'
import { createSlots, type Slot, type Slots } from './slots.ts'
import { type Bell, createBell, sleep } from './timers.ts'

export interface WorkerSettings {
  readonly lease: Omit<LeaseSettings, 'wait'>
  readonly slots: number
  readonly largeBytes: number
  readonly pollMs: number
  readonly quarantineMs: number
  /** Times a dead leader's copy is taken back before it counts as the copy's own doing. */
  readonly maxRescues: number
  readonly breaker: BreakerSettings
  /** Between two looks for orphans; one is taken as soon as this process leads. */
  readonly orphansEveryMs: number
}

export interface WorkerPorts extends LeaderPorts {
  readonly work: WorkStore
  readonly desk: Desk
  readonly reading: Reading
  readonly depositions: BreakerPorts['depositions']
  readonly emit: Emit
  readonly runCopy: (claimed: ClaimedCopy, lead: HeldLease, slot: Slot) => Promise<Outcome>
  /** Deletes the drafts that lost answers left at Zenodo; called only while nothing is claimed. */
  readonly removeOrphans: (
    lead: HeldLease,
    request: { readonly all: boolean; readonly signal: AbortSignal },
  ) => Promise<void>
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

/** How long slots may take to end after the lease is lost: longer, and two leaders might act at once. */
const lostGraceMs = 5000
const heartbeatMs = 2000

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
  try {
    const strays = { suspected: false }
    const orphans = { lookAt: performance.now() }
    await workAsLeader({ ports, settings, run, stop, bell, lead, slots, strays, orphans })
  } finally {
    await endSlots(slots, lead, stop)
    ports.onLead(null)
    await lead.release()
    ports.emit({ kind: 'worker.stopped' })
  }
}

interface Shift {
  readonly ports: WorkerPorts
  readonly settings: WorkerSettings
  readonly run: WorkerRun
  readonly stop: AbortSignal
  readonly bell: Bell
  readonly lead: HeldLease
  readonly slots: Slots
  /** Set when copies may be claimed under our term without a slot that works on them. */
  readonly strays: { suspected: boolean }
  readonly orphans: { lookAt: number }
}

async function workAsLeader(shift: Shift): Promise<void> {
  const { ports, settings, run, lead, bell, stop } = shift
  const ends = AbortSignal.any([stop, lead.signal])
  ends.addEventListener('abort', () => bell.ring(), { once: true })
  const breaker = createBreaker({ ...ports, now: () => performance.now() }, settings.breaker)
  await breaker.reset()
  const quarantineMs = lead.quiet ? 0 : settings.quarantineMs
  const ids = await ports.work.rescue(lead.proof, { quarantineMs, maxRescues: settings.maxRescues })
  if (ids.length > 0) ports.emit({ kind: 'copies.rescued', ids, term: lead.proof.term })
  const families = await ports.desk.repairOrder()
  if (families > 0) ports.emit({ kind: 'order.repaired', families })
  if (run.mode === 'orphans') return await ports.removeOrphans(lead, { all: true, signal: ends })
  ports.emit({ kind: 'worker.ready', host: settings.lease.host, slots: settings.slots })
  const beating = keepBeating(shift, ends)
  try {
    while (!ends.aborted) {
      const pauseMs = await turn(shift, breaker, ends)
      if (pauseMs === null) break
      await bell.wait(pauseMs)
    }
  } finally {
    beating.end()
  }
  if (stop.aborted) ports.emit({ kind: 'worker.stopping', reason: String(stop.reason) })
  lead.signal.throwIfAborted()
}

/** One look at the table. @returns how long to wait before the next, or null when the work is done. */
async function turn(shift: Shift, breaker: Breaker, ends: AbortSignal): Promise<number | null> {
  const { ports, settings, run, slots, lead } = shift
  try {
    await breaker.tick(ends)
    await takeBackStrays(shift)
    const halted = breaker.open()
    if (halted !== null && run.mode !== 'daemon' && slots.count() === 0) throw halted
    if (halted === null) await lookForOrphans(shift, ends)
    const claimed = halted === null ? await claim(shift, breaker) : 0
    if (claimed > 0 || slots.count() > 0) return settings.pollMs
    return run.mode === 'daemon' ? settings.pollMs : await pauseOfOnce(shift)
  } catch (error) {
    lead.signal.throwIfAborted()
    if (breaker.open() === error) throw error
    if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return settings.pollMs
  }
}

/** Now and then; never while a person has paused the service. The time is set first: trouble with it must not repeat at once. */
async function lookForOrphans({ ports, settings, lead, orphans }: Shift, signal: AbortSignal): Promise<void> {
  if (performance.now() < orphans.lookAt) return
  if ((await ports.desk.switches()).some((one) => one.name === 'pause')) return
  orphans.lookAt = performance.now() + settings.orphansEveryMs
  await ports.removeOrphans(lead, { all: false, signal })
}

/** A claim whose answer was lost, or a run that could not write its end: the copy goes back into the queue. */
async function takeBackStrays({ ports, lead, slots, strays }: Shift): Promise<void> {
  if (!strays.suspected) return
  strays.suspected = false
  await ports.work.releaseStray(lead.proof, slots.ids()).catch((error: unknown) => {
    strays.suspected = true
    throw error
  })
}

async function claim(shift: Shift, breaker: Breaker): Promise<number> {
  const { ports, settings, slots, lead, run, stop, strays } = shift
  const free = settings.slots - slots.count()
  if (free <= 0) return 0
  lead.requireTrusted()
  const largeSlots = Math.max(1, settings.slots - 1) - slots.countLarge(settings.largeBytes)
  const request = { proof: lead.proof, slots: free, largeSlots, largeBytes: settings.largeBytes, only: run.only }
  const claimed = await ports.work.claim(request).catch((error: unknown) => {
    strays.suspected = true
    throw error
  })
  for (const one of claimed) {
    ports.emit({ kind: 'copy.claimed', copy: one.copy, term: lead.proof.term })
    const runCopy = (what: ClaimedCopy, slot: Slot) => ports.runCopy(what, lead, slot)
    const slotPorts = { work: ports.work, emit: ports.emit, lead, breaker, runCopy, stopping: stop }
    slots.start(one, async (slot) => {
      if (!(await runSlot(one, slot, slotPorts))) strays.suspected = true
    })
  }
  return claimed.length
}

/** Nothing runs and nothing could be claimed: is it worth waiting? */
async function pauseOfOnce({ ports, run, settings }: Shift): Promise<number | null> {
  const switches = await ports.desk.switches()
  if (switches.some((one) => one.name === 'pause')) return null
  if (run.only !== null) return (await anyCanMove(ports.reading, run.only)) ? settings.pollMs : null
  const due = await ports.work.nextDueInMs()
  if (due === null) return null
  if (due === 0) return settings.pollMs
  return run.mode === 'once_and_wait' ? Math.min(due, settings.pollMs) : null
}

async function anyCanMove(reading: Reading, ids: readonly number[]): Promise<boolean> {
  const { copies } = await reading.list({ ids, states: ['enqueued', 'replicating'], limit: 1000 })
  return copies.some((copy) => copy.blockedBy === null)
}

function keepBeating({ ports, slots, lead }: Shift, ends: AbortSignal): { end(): void } {
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

async function endSlots(slots: Slots, lead: HeldLease, stop: AbortSignal): Promise<void> {
  slots.abortAll(stop.aborted ? stop.reason : lead.signal.reason)
  if (!lead.signal.aborted) return slots.idle()
  const grace = new AbortController()
  const late = sleep(lostGraceMs, grace.signal).then(
    () => true,
    () => false,
  )
  const ended = await Promise.race([slots.idle().then(() => true), late.then((isLate) => !isLate)])
  grace.abort()
  if (!ended) throw new Failure('lease_lost', 'The lease is lost, and running transfers did not end in time.')
}
