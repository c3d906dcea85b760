/** How is a lease kept, trusted and let go? Renewed every third of its time; what cannot be renewed in time is lost. */
import { Failure, isFailure } from '../core/failure.ts'
import { answerMs, renewEveryMs, trustMs } from '../core/lease-rules.ts'
import type { Emit } from '../replication/events.ts'
import type { Leadership, LeaseStore } from '../replication/ports/lease.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { HostLock } from './host-lock.ts'
import { sleep } from './timers.ts'

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

/** A lease that was just acquired. */
interface Held {
  readonly proof: LeaseProof
  readonly quiet: boolean
  /** Monotonic time at which the acquiring statement started. */
  readonly trustedFrom: number
  readonly lock: HostLock
}

/** Renews from now on, until the lease is lost or let go. */
export function keepLease(held: Held, ports: LeaderPorts, ttlMs: number): HeldLease {
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
    const still = await ports.leases.renew(held.proof, ttlMs, answerMs(ttlMs))
    if (!still) return lose('it was taken over, or broken')
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
    const end = performance.now() + releaseMs / 2
    while (!lost.signal.aborted) {
      try {
        return await ports.leases.release(held.proof)
      } catch (error) {
        // a connection that was cut just then is made anew
        if (!isFailure(error, 'database_unreachable') || performance.now() > end) throw error
        await sleep(releaseMs / 20, lost.signal).catch(() => undefined)
      }
    }
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
