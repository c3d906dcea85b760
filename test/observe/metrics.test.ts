/** What do alarms and charts get to know? */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Role } from '../../src/core/roles.ts'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi, serveOn } from '../http/setup.ts'
import { databases } from '../support/database.ts'
import { ask, isHere } from '../support/programs.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, type World } from '../support/world.ts'

/** Value by name with labels. */
function samples(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line.startsWith('zenodo_replicator_'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

async function scrape(url: string, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/metrics`, { headers })
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
}

describe.each(databases)('/metrics of `serve` on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it.each([
    ['enqueue', 403],
    ['viewer', 200],
    ['curator', 200],
    ['admin', 200],
  ] as const)('answers a token of the role %s with %i', async (role: Role, status) => {
    expect((await scrape(api.url, await api.tokenOf(role))).status).toBe(status)
  })

  it('wants a token', async () => {
    expect((await scrape(api.url)).status).toBe(401)
    expect((await scrape(api.url, 'zrt_0123456789abcdefghij')).status).toBe(401)
  })

  it('tells what the table holds, who leads, and what the worker says of Zenodo', async () => {
    const token = await api.tokenOf('viewer')
    const before = samples((await scrape(api.url, token)).text)
    expect(before).toMatchObject({
      'zenodo_replicator_copies{family="data",state="enqueued"}': 0,
      zenodo_replicator_oldest_due_seconds: 0,
      zenodo_replicator_leader: 0,
      zenodo_replicator_breaker_open: 0,
      zenodo_replicator_database_up: 1,
      'zenodo_replicator_messages{state="dead"}': 0,
      zenodo_replicator_oldest_message_seconds: 0,
      zenodo_replicator_incidents: 0,
    })
    expect(Object.keys(before).filter((name) => /rate_limit|worker|_age_/.test(name))).toEqual([])

    await bench.enqueue({ types: ['data', 'software'] })
    await bench.db
      .knex('zenodo_copies')
      .where({ copy_type: 'data' })
      .update({ state: 'error', error_code: 'internal_error' })
    await bench.db.knex('zenodo_copies').update({ run_after: '2026-01-01 00:00:00.000' })
    const proof = await bench.lead()
    const window = { limit: 100, remaining: 40, resetsAt: null, sent: 60 }
    await bench.store.workerStatus.tell(proof, {
      slots: { total: 3, busy: 2, busyLarge: 0 },
      breaker: { open: true, code: 'zenodo_token_refused' },
      zenodo: {
        rateLimit: { minute: window, hour: { ...window, remaining: null } },
        lastSuccessAt: '2026-11-01T12:00:00Z',
      },
    } as never)
    await bench.store.desk.setSwitch('breaker', { name: 'worker', reason: null })
    const { type, text } = await scrape(api.url, token)
    expect(type).toMatch(/^text\/plain; version=0.0.4/)
    const now = samples(text)
    expect(now).toMatchObject({
      'zenodo_replicator_copies{family="data",state="error"}': 1,
      'zenodo_replicator_copies{family="software",state="enqueued"}': 1,
      zenodo_replicator_leader: 1,
      zenodo_replicator_lease_term: proof.term,
      zenodo_replicator_worker_slots: 3,
      zenodo_replicator_worker_slots_busy: 2,
      zenodo_replicator_breaker_open: 1,
      zenodo_replicator_token_refused: 1,
      'zenodo_replicator_rate_limit_remaining{window="minute"}': 40,
      'zenodo_replicator_rate_limit_requests{window="hour"}': 100,
      zenodo_replicator_zenodo_last_success_timestamp_seconds: Date.parse('2026-11-01T12:00:00Z') / 1000,
    })
    expect(now.zenodo_replicator_oldest_due_seconds).toBeGreaterThan(1_000_000)
    expect(now.zenodo_replicator_lease_age_seconds).toBeLessThan(60)
    expect(now).not.toHaveProperty('zenodo_replicator_rate_limit_remaining{window="hour"}')

    await bench.lead('b')
    const after = samples((await scrape(api.url, token)).text)
    expect(Object.keys(after).filter((name) => /rate_limit|slots/.test(name))).toEqual([])
  })
})

it('a database that is away is told, and the process goes on telling of itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'metrics-'))
  const api = await serveOn(`sqlite:${join(folder, 'no', 'where')}`, {
    tokens: false,
    flags: { 'server.metricsWithoutToken': true },
  })
  try {
    const { status, text } = await scrape(api.url)
    expect([status, samples(text).zenodo_replicator_database_up]).toEqual([200, 0])
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).not.toContain('zenodo_replicator_leader 0')
  } finally {
    await api.close()
    await rm(folder, { recursive: true })
  }
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('the port of a worker', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld('sqlite')
  })
  afterEach(stopServices)
  afterAll(() => world.close())
  const start = (port: number) =>
    startService(['worker'], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_METRICS_PORT: String(port),
    })

  it('tells of steps, bytes and calls, by names that Prometheus likes', async () => {
    const port = await freePort()
    const worker = start(port)
    await worker.says(/worker ready/)
    const url = `http://127.0.0.1:${port}`
    expect(samples((await scrape(url)).text)).toMatchObject({
      zenodo_replicator_worker_leads: 1,
      zenodo_replicator_sent_bytes_total: 0,
    })
    await world.enqueue({ software: { 'a.R': 'a'.repeat(1000), 'b.R': 'bb' } }, 'software')
    await worker.says(/copy finished/)
    const { text } = await scrape(url)
    expect(samples(text)).toMatchObject({
      zenodo_replicator_sent_bytes_total: 1002,
      zenodo_replicator_sent_files_total: 2,
      'zenodo_replicator_runs_total{outcome="finished"}': 1,
      'zenodo_replicator_zenodo_calls_total{status="201"}': expect.any(Number),
      'zenodo_replicator_step_duration_seconds_count{step="upload"}': 1,
    })
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url}/copies`)).status).toBe(404)
    if (isHere('promtool')) expect(ask('promtool', ['check', 'metrics'], text)).toEqual({ code: 0, said: '' })
    worker.signal('SIGTERM')
    expect(await worker.ended()).toBe(0)
  })

  it('that another process has is refused as a bad setting, before anything is touched', async () => {
    const { port } = new URL(world.emulator.url)
    const worker = start(Number(port))
    expect(await worker.ended()).toBe(3)
    expect(worker.said().stderr).toMatch(/worker\.metricsPort/)
  })
})

it.skipIf(!isHere('promtool'))('the names and units of `serve` follow the rules of Prometheus (promtool)', async () => {
  const { bench, api } = await openApi('sqlite')
  try {
    const proof = await bench.lead()
    const window = { limit: 100, remaining: 40 }
    const zenodo = { rateLimit: { minute: window, hour: window }, lastSuccessAt: '2026-11-01T12:00:00Z' }
    await bench.store.workerStatus.tell(proof, {
      slots: { total: 3, busy: 0 },
      breaker: { open: false },
      zenodo,
    } as never)
    const { text } = await scrape(api.url, await api.tokenOf('viewer'))
    expect(ask('promtool', ['check', 'metrics'], text)).toEqual({ code: 0, said: '' })
  } finally {
    await api.close()
    await bench.drop()
  }
})
