/**
 * Who leads? One process at a time, by the lease row of the database.
 *
 * The database decides; the holder's own monotonic clock only makes it stop sooner. A candidate looks at the row every half
 * renewal and takes it over by the rules of core/lease-rules. A holder renews every third of the TTL and trusts its lease
 * until TTL minus a margin after the *start* of the last renewal that succeeded; a process that was paused finds out by
 * that clock before its next request, and every write it makes carries a term that the row no longer has.
 * A lease that is lost stays lost: the process aborts its work and ends.
 */
import { asFailure, Failure } from '../core/failure.ts'
import { mayTakeOver, renewEveryMs, trustMs } from '../core/lease-rules.ts'
import type { Emit } from '../replication/events.ts'
import type { Leadership, LeaseRow, LeaseStore } from '../replication/ports/lease.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import { type HostLock, takeHostLock } from './host-lock.ts'
import { isGone, processIdentity } from './process-identity.ts'
import { sleep } from './timers.ts'

export interface LeaseSettings {
  readonly name: string
  readonly ttlMs: number
  /** The name of this host, as in worker.host. */
  readonly host: string
  /** Tells databases apart on one host, without secrets. */
  readonly databaseId: string
  /** False: give up with `lease_held` as soon as a living holder is seen. */
  readonly wait: boolean
}

export interface LeaderPorts {
  readonly leases: LeaseStore
  readonly emit: Emit
}

export interface HeldLease extends Leadership {
  /**
   * Whether the process that held the lease before is known to be dead. Otherwise what it left running waits for the
   * quarantine; one that let go in order left nothing running.
   */
  readonly quiet: boolean
  /** Only after all work has stopped. */
  release(): Promise<void>
}

/** Waits until this process leads. @throws Failure `lease_held`, or the reason of the signal. */
export async function becomeLeader(
  ports: LeaderPorts,
  settings: LeaseSettings,
  signal: AbortSignal,
): Promise<HeldLease> {
  const lock = await waitForHostLock(ports, settings, signal)
  try {
    const { proof, quiet, startedAt } = await waitForLease(ports, settings, signal)
    ports.emit({ kind: 'lease.acquired', term: proof.term, host: settings.host })
    return keepLease({ proof, quiet, trustedFrom: startedAt, lock }, ports, settings)
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function waitForHostLock(ports: LeaderPorts, settings: LeaseSettings, signal: AbortSignal): Promise<HostLock> {
  const name = `${settings.databaseId}/${settings.name}/${settings.host}`
  for (let turn = 0; ; turn += 1) {
    const lock = await takeHostLock(name)
    if (lock) return lock
    if (!settings.wait) throw heldBy(`another worker process on this host (${settings.host})`)
    if (turn === 0) ports.emit({ kind: 'lease.waiting', holder: settings.host })
    await sleep(renewEveryMs(settings.ttlMs) / 2, signal)
  }
}

interface Acquired {
  readonly proof: LeaseProof
  readonly quiet: boolean
  readonly startedAt: number
}

async function waitForLease(ports: LeaderPorts, settings: LeaseSettings, signal: AbortSignal): Promise<Acquired> {
  const candidate = { holder: processIdentity(settings.host), ports, settings, watch: createWatch() }
  for (;;) {
    signal.throwIfAborted()
    const acquired = settings.wait ? await lookPatiently(candidate) : await look(candidate)
    if (acquired) return acquired
    await sleep(renewEveryMs(settings.ttlMs) / 2, signal)
  }
}

/** A standby waits for days: a database that is away for a moment must not end it. */
async function lookPatiently(candidate: Candidate): Promise<Acquired | null> {
  try {
    return await look(candidate)
  } catch (error) {
    candidate.ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return null
  }
}

async function look(candidate: Candidate): Promise<Acquired | null> {
  const { ports, settings, watch } = candidate
  const row = await ports.leases.look(settings.name)
  const seen = watch(row)
  if (seen.alive && !settings.wait) throw heldBy(row.host ?? 'another worker')
  const acquired = await tryToAcquire(row, seen.since, candidate)
  if (acquired === null && seen.first) ports.emit({ kind: 'lease.waiting', holder: row.host })
  return acquired
}

/** Remembers since when, by the monotonic clock, the row has been as it is. A change means that its holder is alive. */
function createWatch(): (row: LeaseRow) => {
  readonly since: number
  readonly first: boolean
  readonly alive: boolean
} {
  let key = ''
  let since = 0
  return (row) => {
    const first = key === ''
    const now = `${row.holder}/${row.term}/${row.beat}`
    const alive = !first && now !== key && row.holder !== null
    if (now !== key) {
      key = now
      since = performance.now()
    }
    return { since, first, alive }
  }
}

interface Candidate {
  readonly holder: string
  readonly watch: ReturnType<typeof createWatch>
  readonly ports: LeaderPorts
  readonly settings: LeaseSettings
}

async function tryToAcquire(row: LeaseRow, since: number, candidate: Candidate): Promise<Acquired | null> {
  const { holder, ports, settings } = candidate
  const holderIsGone = row.holder !== null && isGone(row.holder, settings.host)
  const unchangedMs = performance.now() - since
  if (!mayTakeOver({ ...row, unchangedMs, holderIsGone }, settings.ttlMs)) return null
  const startedAt = performance.now()
  const term = await ports.leases.acquire(row, { holder, host: settings.host, ttlMs: settings.ttlMs })
  if (term === null) return null
  return { proof: { name: settings.name, holder, term }, quiet: holderIsGone, startedAt }
}

function heldBy(who: string): Failure {
  return new Failure('lease_held', `The lease is held by ${who}, which is alive.`)
}

interface Held {
  readonly proof: LeaseProof
  readonly quiet: boolean
  /** Monotonic time at which the acquiring statement started. */
  readonly trustedFrom: number
  readonly lock: HostLock
}

function keepLease(held: Held, ports: LeaderPorts, { ttlMs }: LeaseSettings): HeldLease {
  const lost = new AbortController()
  const released = new AbortController()
  let trustedUntil = held.trustedFrom + trustMs(ttlMs)

  const lose = (reason: string) => {
    if (lost.signal.aborted || released.signal.aborted) return
    ports.emit({ kind: 'lease.lost', term: held.proof.term, reason })
    lost.abort(new Failure('lease_lost', `The lease of term ${held.proof.term} is lost: ${reason}.`))
  }
  const requireTrusted = () => {
    if (performance.now() >= trustedUntil) lose('it was not renewed in time')
    lost.signal.throwIfAborted()
  }
  /** A renewal that hangs must not keep running transfers alive: nobody else might ask in time. */
  const watchdog = setInterval(() => {
    if (performance.now() >= trustedUntil) lose('it was not renewed in time')
  }, ttlMs / 30)
  const renew = async () => {
    const startedAt = performance.now()
    const still = await ports.leases.renew(held.proof, ttlMs)
    if (!still) return lose('another worker has taken it')
    requireTrusted()
    trustedUntil = startedAt + trustMs(ttlMs)
  }
  const renewing = keepRenewing(
    { renew, requireTrusted, every: renewEveryMs(ttlMs), ports },
    AbortSignal.any([lost.signal, released.signal]),
  )
  return {
    proof: held.proof,
    quiet: held.quiet,
    signal: lost.signal,
    requireTrusted,
    async release() {
      released.abort()
      try {
        await Promise.race([letGo(), giveUp(releaseMs)])
        if (!lost.signal.aborted) ports.emit({ kind: 'lease.released', term: held.proof.term })
      } finally {
        clearInterval(watchdog)
        await held.lock.release()
      }
    },
  }

  /** A lost lease is somebody else's: nothing is written then, and a renewal that hangs is not waited for. */
  async function letGo(): Promise<void> {
    if (lost.signal.aborted) return
    await renewing
    if (!lost.signal.aborted) await ports.leases.release(held.proof)
  }
}

/** A database that does not answer must not keep a process from ending; the lease then runs out by itself. */
const releaseMs = 5000

function giveUp(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref())
}

interface Renewing {
  readonly renew: () => Promise<void>
  readonly requireTrusted: () => void
  readonly every: number
  readonly ports: LeaderPorts
}

/** A renewal that fails is tried again soon; when trust runs out meanwhile, the lease is lost. */
async function keepRenewing({ renew, requireTrusted, every, ports }: Renewing, end: AbortSignal): Promise<void> {
  let pause = every
  while (!end.aborted) {
    try {
      await sleep(pause, end)
      await renew()
      pause = every
    } catch (error) {
      if (end.aborted) return
      ports.emit({ kind: 'worker.trouble', failure: renewalFailed(error) })
      pause = every / 5
      expectLoss(requireTrusted)
    }
  }
}

function renewalFailed(cause: unknown): Failure {
  return new Failure('database_unreachable', 'The lease could not be renewed; it is tried again while it is trusted.', {
    cause,
  })
}

/** Losing the lease is told through its signal; the error itself has nobody else to go to here. */
function expectLoss(requireTrusted: () => void): void {
  try {
    requireTrusted()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
  }
}
