/** Where could a token or a presigned address come to light? Everything that people, logs and other machines get to see. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

const signature = 'X-Amz-Signature=5ignatureThatNobodyMaySee'

describe.each(databases)('secrets on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })

  const run = async (...args: string[]) => {
    const service = startService(args, {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_HOSTNAME: 'here',
      ZENODO_REPLICATOR_WORKER_HOST: 'here',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_LOG_LEVEL: 'trace',
      ZENODO_REPLICATOR_RETRY_BASE_SECONDS: '0.02',
      ZENODO_REPLICATOR_TRANSFER_RETRY_BASE_SECONDS: '0.02',
      ZENODO_REPLICATOR_ZENODO_RETRY_BASE_SECONDS: '0.02',
    })
    await service.ended()
    const { stdout, stderr } = service.said()
    return stdout + stderr
  }

  it('115: the token and a presigned address are in no log, story, notice, error or address', async () => {
    const manifest = world.manifest({ software: { 'a.txt': 'one', 'b.txt': 'two' } })
    for (const file of manifest.files.software) file.source += `?${signature}`
    const echo = JSON.stringify({
      status: 400,
      message: `No, Bearer ${world.emulator.token}: ${world.source.url}/a.txt?${signature}`,
    })
    const headers = { 'content-type': 'application/json' }
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/.*/a.txt' },
      status: 503,
      headers,
      body: echo,
    })
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/.*/b.txt' },
      status: 400,
      headers,
      body: echo,
    })
    world.source.misbehave('software/v1/a.txt', (request, response) => {
      response.writeHead(302, { location: `${world.source.url}/gone${request.url}` }).end()
    })
    const { software } = await world.enqueueManifest(manifest, 'software')
    const log = await run('worker', '--once', '--wait')
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'error' })
    const seen = {
      log,
      shown: (await run('show', String(copy.id))) + (await run('show', String(copy.id), '--json')),
      listed: await run('list', '--json'),
      configuration: (await run('config')) + (await run('doctor')),
      story: JSON.stringify(await world.app.reading.events(copy.id)),
      notices: JSON.stringify(await world.outbox()),
      addresses: JSON.stringify((await world.zenodo.requests()).map(({ path }) => path)),
    }
    expect(log).toContain('copy is in error')
    for (const [place, text] of Object.entries(seen)) {
      expect(text.length, place).toBeGreaterThan(10)
      expect(text, place).not.toContain(world.emulator.token)
      expect(text, place).not.toContain('5ignatureThatNobodyMaySee')
    }
    const [put] = (await world.zenodo.requests()).filter(({ method }) => method === 'PUT')
    expect(put?.path).not.toContain('access_token')
  })
})
