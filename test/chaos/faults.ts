/** How is each fault brought about? Each returns when its cause is over; what the service makes of it is watched elsewhere. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Chaos } from './chaos.ts'
import * as database from './database-faults.ts'
import { type Injected, running, Unexpected } from './injected.ts'
import type { Fault } from './plan.ts'
import type { Point } from './points.ts'
import { provoke } from './provoke.ts'
import { ttlMs } from './settings.ts'
import * as zenodo from './zenodo-faults.ts'

/** @returns null when it could not be done: its point was not reached, or it needs what is not here. */
export async function inject(fault: Fault, chaos: Chaos): Promise<Injected | null> {
  switch (fault.kind) {
    case 'signal': {
      await delay(fault.afterMs)
      const affected = await running(chaos)
      chaos.leader()?.signal(fault.signal)
      return { affected, since: performance.now() }
    }
    case 'signal at point':
      return await atPoint(fault, chaos, async (worker) => {
        chaos.hostOf(worker).signal(fault.signal)
        return fault.signal === 'SIGKILL' ? 'cut' : 'pass'
      })
    case 'pause': {
      await delay(fault.afterMs)
      const host = chaos.leader()
      const affected = await running(chaos)
      const since = performance.now()
      host?.signal('SIGSTOP')
      await delay(fault.ttls * ttlMs)
      host?.signal('SIGCONT')
      return { affected, since }
    }
    case 'pause at point': {
      let paused: number | null = null
      const injected = await atPoint(fault, chaos, async (worker) => {
        paused = worker
        chaos.hostOf(worker).signal('SIGSTOP')
        return 'pass'
      })
      if (injected === null || paused === null) return null
      await delay(fault.ttls * ttlMs)
      chaos.hostOf(paused).signal('SIGCONT')
      return injected
    }
    case 'connection cut':
      return await atPoint(fault, chaos, async () => 'cut')
    case 'host lost':
      return await loseHost(chaos, fault.afterMs)
    case 'second worker':
      return await startTwice(chaos)
    case 'zenodo out':
    case 'trouble':
      return await zenodo.inject(fault, chaos)
    case 'sessions killed':
    case 'database ended':
    case 'database read-only':
    case 'database full':
    case 'clock stepped':
    case 'node split':
      return await database.inject(fault, chaos)
  }
}

/** A point that is provoked by work of its own waits for what runs before. */
const reachedWithinMs = 10_000

async function atPoint(
  fault: Extract<Fault, { readonly point: Point }>,
  chaos: Chaos,
  act: (worker: number) => Promise<'pass' | 'cut'>,
): Promise<Injected | null> {
  let affected: number[] = []
  let since = 0
  const hit = chaos.injector.at({ point: fault.point, withinMs: reachedWithinMs }, async (worker) => {
    affected = await running(chaos)
    since = performance.now()
    return await act(worker)
  })
  await provoke(fault.point.name, chaos)
  return (await hit) === null ? null : { affected, since }
}

/** Its worker dies and nobody starts it there: another host has to take over. */
async function loseHost(chaos: Chaos, afterMs: number): Promise<Injected | null> {
  await delay(afterMs)
  const host = chaos.leader()
  if (host === null) return null
  const affected = await running(chaos)
  const since = performance.now()
  await host.leave()
  for (const end = since + 20_000; chaos.leader() === host || chaos.leader() === null; await delay(50)) {
    if (performance.now() > end) break
  }
  host.start()
  return { affected, since }
}

const secondMs = 5000

async function startTwice(chaos: Chaos): Promise<Injected | null> {
  const host = chaos.leader()
  if (host === null) return null
  const affected = await running(chaos)
  const twin = await chaos.twinOf(host)
  const second = twin.run(['worker', '--once'])
  // the first may have lost the lease just then, and the second works in its place
  const late = setTimeout(() => second.signal('SIGTERM'), secondMs)
  const code = await second.ended()
  clearTimeout(late)
  await twin.close()
  if (code !== 4 && chaos.leader() === host) throw new Unexpected(`a second worker on ${host.name} ended with ${code}`)
  return { affected, since: performance.now() }
}
