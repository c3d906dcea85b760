/** Do jobs make way for copies, and survive whatever ends their worker? Real processes, real signals. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'
import { finish, report, start } from './setup.ts'

const files = { 'f1.txt': 'one' }
const longMs = 600_000
const until = '2099-03-01'

describe.each(databases)('a job behind the copies, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })

  const worker = () =>
    startService(['worker', '--once', '--wait'], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_HOSTNAME: 'here',
      ZENODO_REPLICATOR_WORKER_HOST: 'here',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.05',
      ZENODO_REPLICATOR_ZENODO_REQUESTS_PER_MINUTE: '100000',
      ZENODO_REPLICATOR_ZENODO_FIRST_LOOK_SECONDS: '0.05',
    })
  const published = (doi: string) => world.bring({ doi, published: true, data: files }, 'data')

  it.each(['publish', 'edit'])(
    '121: killed while Zenodo carries out a %s, it goes on with the next worker, and nothing is published twice',
    async (verb) => {
      for (const doi of ['10.5061/a', '10.5061/b']) await published(doi)
      const { id } = await start(world, 'embargo', { filter: { dataset: '10.5061/a' }, until })
      await world.zenodo.fault({ match: { method: 'POST', path: `/actions/${verb}$` }, commit: true, delayMs: longMs })
      await world.zenodo.forgetRequests()
      const first = worker()
      const asked = async () => (await world.zenodo.requests()).some(({ path }) => path.endsWith(`/actions/${verb}`))
      await vi.waitFor(async () => expect(await asked()).toBe(true), { timeout: 30_000, interval: 50 })
      first.signal('SIGKILL')
      expect(await first.ended()).toBe('SIGKILL')
      await world.zenodo.clearFaults()
      expect(await worker().ended()).toBe(0)
      const { job, items } = await report(world, id)
      expect(job).toMatchObject({ state: 'finished', total: 1, done: 1 })
      expect(items).toMatchObject([{ finding: 'refreshed', data: { access: 'embargoed', until } }])
      expect((await world.zenodo.calls()).filter((call) => call.startsWith('publish'))).toHaveLength(1)
      const records = await world.zenodo.records()
      expect(records.map(({ state, metadata }) => [state, metadata.access_right])).toEqual([
        ['done', 'embargoed'],
        ['done', 'open'],
      ])
    },
  )

  it('119: leaves a record to a copy of the same dataset and family as soon as one is claimed, and comes back to it', async () => {
    const { depositionId } = await published('10.5061/a')
    await world.zenodo.fault({ match: { method: 'PUT', path: `/depositions/${depositionId}$` }, delayMs: longMs })
    const { id } = await start(world, 'embargo', { filter: { dataset: '10.5061/a' }, until })
    await world.zenodo.forgetRequests()
    const working = world.work()
    const asked = async () => (await world.zenodo.requests()).some(({ method }) => method === 'PUT')
    await vi.waitFor(async () => expect(await asked()).toBe(true), { timeout: 30_000, interval: 20 })
    const { data } = await world.enqueue({ doi: '10.5061/a', number: 2, published: true, data: { 'f2.txt': 'two' } })
    await working
    expect(await world.copy(data!.id)).toMatchObject({ state: 'finished', depositionId })
    const { job, items } = await report(world, id)
    expect(job).toMatchObject({ state: 'finished', failed: 0 })
    expect(items.map(({ finding }) => finding)).toEqual(['overtaken', 'unchanged'])
    expect(await world.zenodo.record(depositionId)).toMatchObject({
      state: 'done',
      metadata: { access_right: 'embargoed' },
      files: [{ filename: 'f2.txt' }],
    })
  })

  it('does nothing while the service is paused', async () => {
    await published('10.5061/a')
    await world.app.desk.setSwitch('pause', { name: 'curator', reason: null })
    expect((await finish(world, 'audit')).job).toMatchObject({ state: 'waiting', total: 0 })
    await world.app.desk.clearSwitch('pause', { name: 'curator', reason: null })
    await world.work()
    expect((await report(world, 1)).job).toMatchObject({ state: 'finished', done: 1 })
  })
})
