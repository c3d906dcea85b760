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
import { answerMs, mayTakeOver, renewEveryMs } from '../core/lease-rules.ts'
import type { LeaseRow } from '../replication/ports/lease.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import { type HostLock, takeHostLock } from './host-lock.ts'
import { type HeldLease, keepLease, type LeaderPorts } from './keep-lease.ts'
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
    return keepLease({ proof, quiet, trustedFrom: startedAt, lock }, ports, settings.ttlMs)
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
    if (!settings.wait) throw await alreadyRunning(ports, settings)
    if (turn === 0) ports.emit({ kind: 'lease.waiting', holder: settings.host })
    await sleep(renewEveryMs(settings.ttlMs) / 2, signal)
  }
}

/** The host lock says only that a process is there; the lease row says whether it leads or stands by. */
async function alreadyRunning({ leases }: LeaderPorts, settings: LeaseSettings): Promise<Failure> {
  const { holder, host } = await leases.look(settings.name)
  const leads = holder !== null && host === settings.host
  const standsBy = holder === null ? 'stands by' : `stands by, as ${host ?? 'another host'} holds the lease`
  const text = `Another worker process on this host (${settings.host}) is already running. It ${leads ? 'leads' : standsBy}.`
  return new Failure('lease_held', text)
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
  const row = await ports.leases.look(settings.name, answerMs(settings.ttlMs))
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
  // acquired before, by a statement whose answer was lost: this process has not begun to work under it
  const isOurs = row.holder === holder
  const unchangedMs = performance.now() - since
  if (!isOurs && !mayTakeOver({ ...row, unchangedMs, holderIsGone }, settings.ttlMs)) return null
  const startedAt = performance.now()
  const { host, ttlMs } = settings
  const term = await ports.leases.acquire(row, { holder, host, ttlMs }, answerMs(ttlMs))
  if (term === null) return null
  return { proof: { name: settings.name, holder, term }, quiet: holderIsGone, startedAt }
}

function heldBy(who: string): Failure {
  return new Failure('lease_held', `The lease is held by ${who}, which is alive.`)
}
