import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

const folder = (name: string) =>
  Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`${name}/${index}.csv`, `${name} ${index}`]))

describe.each(databases)('archives on their way on %s', (kind) => {
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
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: '3',
      ZENODO_REPLICATOR_WORKER_LEASE_QUARANTINE_SECONDS: '0',
    })

  it('98: killed while one archive is under way, the worker goes on afterwards and does not send the finished one again', async () => {
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/.*/beta.zip' },
      delayMs: 600_000,
      status: 503,
    })
    const { software } = await world.enqueue({ software: { ...folder('alpha'), ...folder('beta') } }, 'software')
    const sent = async () =>
      (await world.app.reading.files(software!.id)).filter((file) => file.state === 'sent').length
    const first = worker()
    await vi.waitFor(async () => expect(await sent()).toBe(40), { timeout: 20_000, interval: 20 })
    first.signal('SIGKILL')
    await first.ended()
    await world.zenodo.clearFaults()

    expect(await worker().ended()).toBe(0)
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished', filesDone: 80 })
    const calls = await world.zenodo.calls()
    expect(calls.filter((call) => call === 'put alpha.zip')).toHaveLength(1)
    expect(world.source.hits('software/v1/alpha/7.csv')).toBe(1)
    const files = await world.app.reading.files(software!.id)
    expect(files.map((file) => file.archive)).toEqual(files.map((file) => `${file.path.split('/')[0]}.zip`))
  }, 60_000)
})
