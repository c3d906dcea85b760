/** Zenodo goes away for long in the middle of much work: what does that cost? Nothing but time. */
import { describe, expect, it } from 'vitest'
import type { ServiceEvent } from '../../src/replication/events.ts'
import { createWorld, type World } from '../support/world.ts'

const slots = 8
/** An hour, with a probe each minute. */
const probes = 60

async function enqueueAll(world: World, copies: number) {
  const manifests = Array.from({ length: copies }, (_, index) =>
    world.manifest({ doi: `10.5061/dryad.out${index}`, software: { [`${index}.R`]: `print(${index})` } }),
  )
  const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'test' }
  await world.app.enqueueAll(manifests.map((manifest) => ({ manifest, types: ['software' as const], ...rest })))
}

/** Calls back with each event; resolves once `done` says so. */
function until(world: World, done: (event: ServiceEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = world.app.onEvent((event) => {
      if (!done(event)) return
      end()
      resolve()
    })
  })
}

function counting(times: number, matches: (event: ServiceEvent) => boolean): (event: ServiceEvent) => boolean {
  let left = times
  return (event) => {
    if (matches(event)) left -= 1
    return left === 0
  }
}

describe.each([
  ['sqlite', 500],
  ['mariadb', 100],
] as const)('an outage in the middle of the work on %s', (kind, copies) => {
  it('halts once, costs no copy an attempt, leaves none in error or doubled, and ends by itself', async () => {
    const world = await createWorld(kind, {
      config: { 'worker.slots': slots },
      emulator: { requestsPerMinute: 0, requestsPerHour: 0 },
    })
    const stop = new AbortController()
    try {
      await enqueueAll(world, copies)
      const begun = until(
        world,
        counting(copies / 5, (event) => event.kind === 'copy.finished'),
      )
      const halted = until(world, (event) => event.kind === 'breaker.opened')
      const done = until(
        world,
        counting(copies, (event) => event.kind === 'copy.finished'),
      )
      const working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
      await begun
      // what is under way loses its answers in all the ways there are; from then on there is a front end's page only
      await world.zenodo.fault({ match: { method: 'POST' }, times: 2, commit: true, status: 504 })
      await world.zenodo.fault({ match: { method: 'PUT' }, times: 2, commit: true, drop: true })
      await world.zenodo.fault({ match: {}, times: 2, status: 200, body: '<html>Down for maintenance</html>' })
      await world.zenodo.fault({ match: {}, times: 0, status: 502, body: '<html>Bad gateway</html>' })
      await halted
      const haltedAt = world.events.length
      await until(
        world,
        counting(probes, (event) => event.kind === 'zenodo.call' && event.status === 502),
      )
      await world.zenodo.clearFaults()
      await done
      stop.abort('test')
      await working
      const kinds = world.events.map((event) => event.kind)
      const count = (one: ServiceEvent['kind']) => kinds.filter((event) => event === one).length
      expect(count('breaker.opened')).toBe(1)
      expect(count('breaker.closed')).toBe(1)
      // but for a claim that was under way
      const claimed = kinds.slice(haltedAt, kinds.indexOf('breaker.closed')).filter((one) => one === 'copy.claimed')
      expect(claimed.length).toBeLessThanOrEqual(slots)
      expect(count('copy.retry')).toBe(0)
      expect(count('copy.error')).toBe(0)
      const found = (await world.app.reading.list({ limit: 1000 })).copies
      expect(found.filter((copy) => copy.state !== 'finished' || copy.attempts !== 1)).toEqual([])
      expect(await world.zenodo.records()).toHaveLength(copies)
    } finally {
      stop.abort('test')
      await world.close()
    }
  }, 120_000)
})
