import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startService } from '../support/service-process.ts'
import { type Desk, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
})
afterEach(async () => desk.close())

const leaseSeconds = { ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: '1.5' }

describe('worker --once', () => {
  it('brings what was enqueued to a Zenodo in another process, and ends', async () => {
    const emulator = startService(['emulator', '--token', 'secret', '--port', '0'])
    await emulator.says(/\n/)
    const { url, token } = JSON.parse(emulator.said().stdout) as { url: string; token: string }
    expect(token).toBe('secret')
    const there = { ZENODO_URL: url, ZENODO_TOKEN: token }
    await desk.run(['enqueue', await desk.manifest({ published: true })], there)
    const { code, envelope } = await desk.json(['worker', '--once'], there)
    expect(code).toBe(0)
    expect(envelope.data?.copies).toMatchObject([
      { type: 'software', state: 'finished' },
      { type: 'software_publish', state: 'finished' },
    ])
    const answer = await fetch(`${url}/_emulator/records`)
    const { records } = (await answer.json()) as { records: Array<{ submitted: boolean; files: unknown[] }> }
    expect(records).toMatchObject([
      { submitted: true, files: [{ filename: 'analysis.R', checksum: 'dee5c46989f5ec092311188f4fe829c3' }] },
    ])
    emulator.signal('SIGTERM')
    expect(await emulator.ended()).toBe(0)
    expect(emulator.said().stdout.trim().split('\n')).toHaveLength(1)
  })

  it('ends with 6 each time Zenodo is away, with the copy still in the queue and charged nothing', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const away = { ZENODO_URL: 'http://127.0.0.1:9', ZENODO_REPLICATOR_ZENODO_RETRY_BASE_SECONDS: '0' }
    for (const _ of [1, 2]) {
      const { code, envelope } = await desk.json(['worker', '--once'], away)
      expect([code, envelope.error?.code]).toEqual([6, 'zenodo_unavailable'])
    }
    const { envelope } = await desk.json(['list'])
    expect(envelope.data?.copies).toMatchObject([{ state: 'enqueued', attempts: 0 }])
  })

  it('ends with 6 each time the token is refused', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    for (const _ of [1, 2]) {
      const { code, envelope } = await desk.json(['worker', '--once'], { ZENODO_TOKEN: 'wrong' })
      expect([code, envelope.error?.code]).toEqual([6, 'zenodo_token_refused'])
    }
  })

  it('writes its log to standard error as JSON, without the token', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const { stderr } = await desk.run(['worker', '--once', '--log-level', 'debug'])
    const lines = stderr.trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>) // biome-ignore format: one thought
    expect(lines.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['worker ready', 'copy claimed', 'copy finished']),
    )
    expect(lines.find(({ msg }) => msg === 'copy finished')).toMatchObject({ copy_id: 1, dataset: '10.5555/cli' })
    expect(lines.some(({ level }) => level === 'debug')).toBe(true)
    expect(stderr).not.toContain(desk.emulator.token)
  })

  it('ends with 1 when a copy ended in error, and shows what to do about it', async () => {
    await desk.run(['enqueue', await desk.manifest({ absent: ['analysis.R'] })])
    const { code, stdout } = await desk.run(['worker', '--once'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/source_missing/)
    expect(stdout).toMatch(/hint: The repository no longer serves this file/)
    const story = await desk.run(['show', '1'])
    expect(story.stdout).toContain('zenodo-replicator requeue 1')
  })

  it('does not wait for copies that are due later', async () => {
    await desk.run(['enqueue', await desk.manifest(), '--at', '2099-01-01'])
    const { code, envelope } = await desk.json(['worker', '--once'])
    expect({ code, copies: envelope.data?.copies }).toEqual({ code: 0, copies: [] })
  })
})

describe('where a worker may run', () => {
  it('refuses on another host with 4, and touches nothing', async () => {
    const elsewhere = { ZENODO_REPLICATOR_WORKER_HOST: 'transfer1,transfer2' }
    const { code, envelope } = await desk.json(['worker'], elsewhere)
    expect(code).toBe(4)
    expect(envelope.error).toMatchObject({ code: 'not_designated_host', details: { hostname: 'here' } })
    expect((await desk.json(['send', await desk.manifest()], elsewhere)).code).toBe(4)
    const status = await desk.json(['migrate', 'status'])
    expect(status.envelope.data?.applied).toEqual([])
  })

  it('says with 3 that there is no token', async () => {
    const { code, envelope } = await desk.json(['worker', '--once'], { ZENODO_TOKEN: '' })
    expect(code).toBe(3)
    expect(envelope.error?.message).toContain('zenodo.token is not set')
  })

  it('ends with 6 when Zenodo refuses the token', async () => {
    await desk.run(['enqueue', await desk.manifest()])
    const { code, envelope } = await desk.json(['worker', '--once'], { ZENODO_TOKEN: 'wrong' })
    expect({ code, error: envelope.error?.code }).toEqual({ code: 6, error: 'zenodo_token_refused' })
    const list = await desk.json(['list'])
    expect(list.envelope.data?.copies).toMatchObject([{ state: 'enqueued', attempts: 0 }])
  })

  it('ends with 4 while another worker leads', async () => {
    const leader = desk.start(['worker'])
    await leader.says(/worker ready/)
    const { code, envelope } = await desk.json(['worker', '--once'])
    expect({ code, error: envelope.error?.code }).toEqual({ code: 4, error: 'lease_held' })
  })
})

describe('how a worker ends', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops in order on %s, and lets the lease go', async (signal) => {
    const worker = desk.start(['worker'])
    await worker.says(/worker ready/)
    expect((await desk.json(['lease', 'show'])).envelope.data).toMatchObject({ lease: { held: true, host: 'here' } })
    worker.signal(signal)
    expect(await worker.ended()).toBe(0)
    expect(worker.said().stderr).toContain(`"reason":"${signal}"`)
    expect((await desk.json(['lease', 'show'])).envelope.data).toMatchObject({ lease: { held: false } })
  })

  it('ends with 75 when the lease is broken, which needs a yes', async () => {
    const worker = desk.start(['worker', '--json'], leaseSeconds)
    await worker.says(/worker ready/)
    expect((await desk.json(['lease', 'break'])).code).toBe(2)
    const broken = await desk.json(['lease', 'break', '--yes'])
    expect(broken.envelope.data).toMatchObject({ broken: { held: true, host: 'here' } })
    expect(await worker.ended()).toBe(75)
    expect(JSON.parse(worker.said().stdout)).toMatchObject({ ok: false, error: { code: 'lease_lost' } })
  })
})
