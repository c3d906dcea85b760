/** What do those who look from elsewhere learn of the worker? */
import { expect, it } from 'vitest'
import type { ServiceEvent } from '../../src/replication/events.ts'
import { createBench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { createWorld, type World } from '../support/world.ts'

function next(world: World, kind: ServiceEvent['kind']): Promise<void> {
  return new Promise((resolve) => {
    const end = world.app.onEvent((event) => {
      if (event.kind !== kind) return
      end()
      resolve()
    })
  })
}

const seen = (world: World) => world.app.reading.worker('zenodo')

it.each(databases)('a worker on %s tells who it is, what it is at, and what Zenodo lets it do', async (kind) => {
  const world = await createWorld(kind, { emulator: { requestsPerMinute: 500, requestsPerHour: 5000 } })
  const stop = new AbortController()
  try {
    expect(await seen(world)).toBeNull()
    const ready = next(world, 'worker.ready')
    const working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
    await ready
    const finished = next(world, 'copy.finished')
    await world.enqueue({ doi: '10.5061/dryad.first', software: { 'a.R': 'a' } }, 'software')
    await finished
    const asked = next(world, 'zenodo.call')
    await world.zenodo.fault({ match: { path: '/deposit' }, delayMs: 4000 })
    const { software } = await world.enqueue({ software: { 'a.R': 'a' } }, 'software')
    await asked
    await expect
      .poll(async () => await seen(world), { timeout: 20_000 })
      .toMatchObject({
        host: 'test-host',
        pid: process.pid,
        state: 'working',
        stale: false,
        draining: false,
        slots: { total: 3, busy: 1, busyLarge: 0 },
        copies: [software!.id],
        breaker: { open: false, failures: 0, nextProbeAt: null },
      })
    await world.app.desk.setSwitch('pause', { name: 'test', reason: null })
    expect(await seen(world)).toMatchObject({ draining: true })
    await world.app.desk.clearSwitch('pause', operator)
    stop.abort('test')
    await working
    const last = await seen(world)
    expect(last).toMatchObject({ state: 'stopped', stale: true, copies: [], slots: { busy: 0 } })
    expect(last?.zenodo).toMatchObject({ recent: { rateLimited: 0, serverErrors: 0 }, heldUp: false })
    expect(last?.zenodo.rateLimit.minute).toMatchObject({ limit: 500, remaining: expect.any(Number) })
    expect(last?.zenodo.lastSuccessAt).toEqual(expect.any(String))
  } finally {
    stop.abort('test')
    await world.close()
  }
})

it.each(databases)('on %s the word of a worker that no longer leads is not taken', async (kind) => {
  const bench = await createBench(kind)
  try {
    const report = { slots: { busy: 0 } } as never
    const old = await bench.lead('a')
    await bench.store.workerStatus.tell(old, report)
    expect(await bench.store.reading.worker('zenodo')).toMatchObject({ term: old.term, stale: false })
    const successor = await bench.lead('b')
    expect(await bench.store.reading.worker('zenodo')).toMatchObject({ term: old.term, stale: true })
    await expect(bench.store.workerStatus.tell(old, report)).rejects.toMatchObject({ code: 'lease_lost' })
    await bench.store.workerStatus.tell(successor, report)
    expect(await bench.store.reading.worker('zenodo')).toMatchObject({ term: successor.term, stale: false })
    await bench.db.knex('worker_status').update({ updated_at: '2026-01-01 00:00:00.000' })
    expect(await bench.store.reading.worker('zenodo')).toMatchObject({ stale: true })
  } finally {
    await bench.drop()
  }
})
