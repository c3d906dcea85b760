import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { type ServiceProcess, startService, stopServices } from '../support/service-process.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const ttlSeconds = 3

/** Polls until the condition holds: what is watched is another process. */
const until = (condition: () => Promise<boolean>) =>
  vi.waitFor(async () => expect(await condition()).toBe(true), { timeout: 20_000, interval: 50 })

describe.each(databases)('worker processes on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })

  const worker = (host: string, args: string[] = [], more: Record<string, string> = {}): ServiceProcess =>
    startService(['worker', ...args], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_HOSTNAME: host,
      ZENODO_REPLICATOR_WORKER_HOST: 'first,second',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: String(ttlSeconds),
      ZENODO_REPLICATOR_WORKER_LEASE_QUARANTINE_SECONDS: '0.5',
      ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.1',
      ...more,
    })

  const small = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`small-${index}.txt`, `content ${index}`]))
  const big = Buffer.alloc(300_000, 5)
  const files = { ...small, 'big.bin': big }

  /** A copy whose big file stops in the middle, once: the worker then sits in the upload, its other files sent. */
  async function startStuckUpload(): Promise<{ id: number; stuck: Promise<ServerResponse> }> {
    const stuck = new Promise<ServerResponse>((resolve) => {
      world.source.misbehave('software/v1/big.bin', (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': big.length })
        response.write(big.subarray(0, 100_000))
        resolve(response)
      })
    })
    const { software } = await world.enqueue({ software: files }, 'software')
    return { id: software!.id, stuck }
  }
  const smallSent = () =>
    until(async () => (await world.zenodo.calls()).filter((call) => call.startsWith('put small')).length === 8)

  async function expectFinishedOnce(id: number) {
    await until(async () => (await world.copy(id)).state === 'finished')
    const [record, ...others] = await world.zenodo.records()
    expect(others).toEqual([])
    expect(held(record!)).toEqual(md5s(files))
    const puts = (await world.zenodo.calls()).filter((call) => call.startsWith('put small'))
    expect(puts.toSorted()).toEqual(
      Object.keys(small)
        .map((name) => `put ${name}`)
        .toSorted(),
    )
  }

  it('98: a worker killed in the middle of an upload is followed by the next: same deposition, no file sent twice', async () => {
    const { id, stuck } = await startStuckUpload()
    const first = worker('first')
    await stuck
    await smallSent()
    first.signal('SIGKILL')
    await first.ended()
    expect(await world.copy(id)).toMatchObject({ state: 'replicating', step: 'upload' })
    const second = worker('first')
    await expectFinishedOnce(id)
    expect(await world.copy(id)).toMatchObject({ attempts: 1 })
    const kinds = (await world.app.reading.events(id)).map((event) => event.kind)
    expect(kinds.filter((one) => one === 'rescued')).toHaveLength(1)
    second.signal('SIGTERM')
    expect(await second.ended()).toBe(0)
  })

  it('98: a standby on another host takes over within the lease time when the first host dies', async () => {
    const { id, stuck } = await startStuckUpload()
    const first = worker('first')
    await stuck
    await smallSent()
    const standby = worker('second')
    await standby.says(/waiting/i)
    first.signal('SIGKILL')
    await expectFinishedOnce(id)
  })

  it('97: a leader that is stopped for longer than its lease finds out, sends nothing more and ends; the standby finishes', async () => {
    const { id, stuck } = await startStuckUpload()
    const first = worker('first')
    const response = await stuck
    await smallSent()
    const standby = worker('second')
    await standby.says(/waiting/i)
    first.signal('SIGSTOP')
    await expectFinishedOnce(id)
    const before = await world.copy(id)
    await world.zenodo.forgetRequests()
    first.signal('SIGCONT')
    response.end(big.subarray(100_000))
    expect(await first.ended()).toBe(75)
    expect(await world.zenodo.calls()).toEqual([])
    expect(await world.copy(id)).toEqual(before)
  })

  it('a worker on a host that is not designated refuses in one sentence, with its own exit code, and touches nothing', async () => {
    await world.enqueue({ software: files }, 'software')
    const stranger = worker('elsewhere')
    expect(await stranger.ended()).toBe(4)
    expect(stranger.said().stderr).toMatch(/elsewhere.*first/s)
    expect(await world.zenodo.calls()).toEqual([])
    expect(await world.app.leases.look('zenodo')).toMatchObject({ holder: null })
  })

  it('97: a second worker beside a living one takes no copy; with --once it says that the lease is held', async () => {
    const { id, stuck } = await startStuckUpload()
    worker('first')
    await stuck
    const second = worker('second', ['--once'])
    expect(await second.ended()).toBe(4)
    const sameHost = worker('first', ['--once'])
    expect(await sameHost.ended()).toBe(4)
    expect(await world.copy(id)).toMatchObject({ state: 'replicating', rescues: 0 })
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s stops in order: no attempt is charged, the lease is free, the next worker goes on where it stood',
    async (signal) => {
      const { id, stuck } = await startStuckUpload()
      const first = worker('first')
      await stuck
      await smallSent()
      first.signal(signal)
      expect(await first.ended()).toBe(0)
      expect(await world.copy(id)).toMatchObject({ state: 'enqueued', step: 'upload', attempts: 0, rescues: 0 })
      expect(await world.app.leases.look('zenodo')).toMatchObject({ holder: null })
      const second = worker('first', ['--once'])
      expect(await second.ended()).toBe(0)
      await expectFinishedOnce(id)
    },
  )

  it('a broken lease ends its worker with exit code 75', async () => {
    const first = worker('first')
    await first.says(/ready/i)
    await world.app.leases.break('zenodo', operator)
    expect(await first.ended()).toBe(75)
  })

  it('--once works until nothing is due and ends', async () => {
    await world.enqueue({ software: small }, 'software')
    const once = worker('first', ['--once'])
    expect(await once.ended()).toBe(0)
    expect((await world.app.reading.list({})).copies[0]).toMatchObject({ state: 'finished' })
  })
})
