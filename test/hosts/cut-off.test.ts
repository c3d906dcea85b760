/** Who leads, and who sends, when a host is cut off? Nothing is refused: what is sent vanishes, and connections stay open. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { provideProgram } from '../support/mariadb.ts'
import { operator } from '../support/operator.ts'
import { stopServices } from '../support/service-process.ts'
import { createHostsWorld, type HostsWorld, oneServer } from './hosts-world.ts'
import {
  expectFinishedOnce,
  lease,
  requestsFrom,
  startUploads,
  startWorkers,
  successor,
  takeoverBoundMs,
  timeOf,
  until,
} from './watch.ts'

const server = inject('networkMissing') === null ? await provideProgram() : null

describe.skipIf(server === null)('a host that is cut off', { timeout: 90_000 }, () => {
  let world: HostsWorld
  beforeAll(async () => {
    world = await createHostsWorld(oneServer(server ?? ''))
  }, 60_000)
  afterAll(async () => await world?.close())
  afterEach(async () => {
    await stopServices()
    await world.network.heal()
    await world.app.leases.break('zenodo', operator)
    await world.zenodo.forgetRequests()
  })

  it.each([
    ['from the database', ['database']],
    ['from the database and from Zenodo', ['database', 'zenodo']],
  ])(
    '%s: it stops by its own clock, the next one leads in time, and back again it stands by',
    async (_from, others) => {
      const { a } = await startWorkers(world)
      const wanted = await startUploads(world, 500_000)
      for (const other of others) await world.network.cut('a', other)
      const before = await lease(world)
      const after = await successor(world, before)
      expect(timeOf(after.acquiredAt) - timeOf(before.renewedAt)).toBeLessThan(takeoverBoundMs)
      expect(await a.ended()).toBe(75)
      const sent = await requestsFrom(world, 'a')
      await world.network.heal()
      const again = world.worker('a')
      await again.says(/waiting/i)
      await expectFinishedOnce(world, wanted)
      expect(await lease(world)).toMatchObject({ term: after.term })
      // nothing of the old leader arrived late, from its process or from what its system still held
      const all = await requestsFrom(world, 'a')
      expect(all.map(({ path }) => path)).toEqual(sent.map(({ path }) => path))
      expect(all.map(({ requestBytes }) => requestBytes)).toEqual(sent.map(({ requestBytes }) => requestBytes))
      const firstOfNext = Math.min(...(await requestsFrom(world, after.host ?? '')).map((one) => timeOf(one.startedAt)))
      for (const { startedAt, durationMs, status } of all) {
        if (status !== null) expect(timeOf(startedAt) + durationMs).toBeLessThan(firstOfNext)
      }
    },
  )

  it('from Zenodo alone keeps the lease, charges nobody an attempt, and goes on when Zenodo is back', async () => {
    const quick = {
      ZENODO_REPLICATOR_TRANSFER_STALL_SECONDS: '1.5',
      ZENODO_REPLICATOR_TRANSFER_FILE_ATTEMPTS: '1',
      ZENODO_REPLICATOR_BREAKER_FAILURES: '1',
    }
    const a = world.worker('a', quick)
    await a.says(/ready/i)
    const standby = world.worker('b')
    await standby.says(/waiting/i)
    const wanted = await startUploads(world, 2_000_000)
    const before = await lease(world)
    await world.network.cut('a', 'zenodo')
    await a.says(/no copy is claimed/)
    await world.network.heal()
    await expectFinishedOnce(world, wanted)
    expect(await lease(world)).toMatchObject({ term: before.term, host: 'a' })
    for (const { id } of wanted) expect(await world.app.reading.get(id)).toMatchObject({ attempts: 1, rescues: 0 })
  })

  it('from the database while it stands by notices, and is there to lead when it is back', async () => {
    const a = world.worker('a')
    await a.says(/ready/i)
    const b = world.worker('b')
    await b.says(/waiting/i)
    await world.network.cut('b', 'database')
    await b.says(/ETIMEDOUT/)
    await world.network.heal()
    a.signal('SIGTERM')
    await b.says(/ready/i)
  })

  it('by a line that is narrow and loses a tenth of all packets: nothing is lost, nothing doubled', async () => {
    const { a } = await startWorkers(world)
    await world.network.narrow('a', 400_000)
    await world.network.lose('a', 10)
    const wanted = [await world.enqueue([1000, 400_000]), await world.enqueue([100, 200]), await world.enqueue([300])]
    await expectFinishedOnce(world, wanted)
    expect((await requestsFrom(world, 'a')).length).toBeGreaterThan(0)
    a.signal('SIGTERM')
    await a.ended()
  })

  it('by a firewall that forgot its connections: the leader gives those up, makes new ones, and still leads', async () => {
    const a = world.worker('a')
    await a.says(/ready/i)
    const standby = world.worker('b')
    await standby.says(/waiting/i)
    const wanted = await startUploads(world, 500_000)
    const before = await lease(world)
    await world.network.forget('a', 'database')
    await until(async () => (await lease(world)).beat > before.beat)
    await world.network.heal()
    await expectFinishedOnce(world, wanted)
    expect(await lease(world)).toMatchObject({ term: before.term, host: 'a' })
    a.signal('SIGTERM')
    expect(await a.ended()).toBe(0)
  })
})
