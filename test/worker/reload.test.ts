/** What does a running worker make of settings that changed? It takes a new token, and nothing half right. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ServiceProcess, startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

describe('a worker whose settings are read again', () => {
  let world: World
  let folder: string
  let worker: ServiceProcess
  const tokenFile = () => join(folder, 'token')
  const settingsFile = () => join(folder, 'settings.yaml')
  const tokens = (...known: string[]) =>
    world.zenodo.settings({ users: known.map((token) => ({ name: 'owner', token })) })

  beforeEach(async () => {
    world = await createWorld('sqlite')
    folder = await mkdtemp(join(tmpdir(), 'reload-'))
    await tokens('first-token')
    await writeFile(tokenFile(), 'first-token')
    await writeFile(settingsFile(), `zenodo: { tokenFile: ${tokenFile()} }\nbreaker: { probeSeconds: 3600 }\n`)
    worker = startService(['worker', '--config', settingsFile()], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
    })
    await worker.says(/worker ready/)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
    await rm(folder, { recursive: true })
  })

  const lines = (pattern: RegExp) =>
    worker
      .said()
      .stderr.split('\n')
      .filter((line) => pattern.test(line))

  it('halts once when its token is revoked, and goes on with the new one as soon as it is told', async () => {
    await tokens()
    const enqueued = await Promise.all(
      [1, 2, 3].map((one) => world.enqueue({ doi: `10.5061/dryad.t${one}`, software: { 'a.txt': 'a' } }, 'software')),
    )
    await worker.says(/no copy is claimed until it answers again/)
    await tokens('second-token')
    await writeFile(tokenFile(), 'second-token\n')
    worker.signal('SIGHUP')
    await worker.says(/settings read again/)
    for (const { software } of enqueued) {
      await expect
        .poll(async () => await world.copy(software!.id), { timeout: 20_000 })
        .toMatchObject({
          state: 'finished',
          // the run that finished it; the halt cost none
          attempts: 1,
          error: null,
        })
    }
    expect(lines(/out of order/)).toHaveLength(1)
    expect(lines(/Zenodo answers again/)).toHaveLength(1)
    expect(worker.said().stderr).not.toMatch(/first-token|second-token/)
  })

  it('keeps what it has when the settings are refused, and says which', async () => {
    await writeFile(settingsFile(), 'zenodo: { tokenFile: /nowhere/token }\nworker: { slots: many }\n')
    worker.signal('SIGHUP')
    await worker.says(/read again and refused/)
    expect(lines(/refused/).join()).toMatch(/worker\.slots/)
    const { software } = await world.enqueue({ software: { 'a.txt': 'a' } }, 'software')
    await expect.poll(async () => (await world.copy(software!.id)).state, { timeout: 20_000 }).toBe('finished')
  })

  it('names the settings that take effect with a restart only', async () => {
    await writeFile(settingsFile(), `zenodo: { tokenFile: ${tokenFile()} }\nworker: { slots: 7 }\n`)
    worker.signal('SIGHUP')
    await worker.says(/take effect with a restart/)
    expect(lines(/restart/).join()).toMatch(/"restart":\["worker\.slots","breaker\.probeSeconds"\]/)
  })
})
