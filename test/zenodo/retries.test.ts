/** Which calls are made again, how long does a wish of Zenodo hold them, and who may stop them? */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { answering, deposition, depositionJson, failureOf, fileJson, metadata, remoteFile, setup } from './setup.ts'

const html = { 'content-type': 'text/html' }
const busy = [504, '<html>', html] as const
const told429 = [429, { status: 429, message: '100 per 1 minute' }, { 'retry-after': '0' }] as const

test('110: five failures in a row are followed by a sixth try, which may succeed', async () => {
  const seen = answering(busy, [500, ''], [502, ''], busy, [503, ''], [200, depositionJson()])
  const { zenodo, signal, events } = setup()
  await zenodo.putMetadata(20000002, metadata, signal)
  expect(events.map(({ status }) => status)).toEqual([504, 500, 502, 504, 503, 200])
  expect(new Set(seen.map(({ body }) => body)).size).toBe(1)
})

test.each(['get', 'reopen', 'putMetadata', 'discard', 'removeFile'] as const)(
  '110: gives %s six tries in all, and then tells that Zenodo is away',
  async (verb) => {
    const seen = answering(busy)
    const { zenodo, signal } = setup()
    const work = {
      get: () => zenodo.get(1, signal),
      reopen: () => zenodo.reopen(1, signal),
      putMetadata: () => zenodo.putMetadata(1, metadata, signal),
      discard: () => zenodo.discard(1, signal),
      removeFile: () => zenodo.removeFile(deposition(), remoteFile, signal),
    }[verb]
    expect(await failureOf(work())).toMatchObject({ code: 'zenodo_unavailable' })
    const method = { get: 'GET', reopen: 'POST', putMetadata: 'PUT', discard: 'DELETE', removeFile: 'DELETE' }[verb]
    expect(seen.filter((request) => request.method === method)).toHaveLength(6)
  },
)

test.each(['create', 'startNewVersion', 'publish', 'probe'] as const)('never repeats %s by itself', async (verb) => {
  const seen = answering(busy)
  const { zenodo, signal } = setup()
  const work: Promise<unknown> = {
    create: () => zenodo.create(metadata, signal),
    startNewVersion: () => zenodo.startNewVersion(1, signal),
    publish: () => zenodo.publish(1, signal),
    probe: () => zenodo.probe(signal),
  }[verb]()
  expect(await failureOf(work)).toMatchObject({ code: 'zenodo_unavailable' })
  expect(seen).toHaveLength(1)
})

test.each([400, 401, 404, 409, 412, 413, 415])('111: never repeats a call that was answered %i', async (status) => {
  const seen = answering([status, {}])
  const { zenodo, signal } = setup()
  await failureOf(zenodo.putMetadata(1, metadata, signal))
  expect(seen).toHaveLength(1)
})

test('111: asks after a 403 only what the token is worth, and does not repeat the call', async () => {
  const seen = answering([403, { status: 403, message: 'Permission denied.' }], [200, []])
  const { zenodo, signal } = setup()
  expect(await failureOf(zenodo.putMetadata(1, metadata, signal))).toMatchObject({ code: 'zenodo_forbidden' })
  expect(seen.map(({ method, url }) => `${method} ${new URL(url).search}`)).toEqual(['PUT ', 'GET ?size=1'])
})

const broken = [200, '{"id":', { 'content-type': 'application/json' }] as const

test('113: asks again when JSON was promised and broken, six times in all', async () => {
  answering(broken, [200, depositionJson()])
  const { zenodo, signal } = setup()
  expect(await zenodo.get(20000002, signal)).toMatchObject({ id: 20000002 })
})

test('113: JSON that stays broken is an answer that nobody understands', async () => {
  const seen = answering(broken)
  const { zenodo, signal } = setup()
  expect(await failureOf(zenodo.get(20000002, signal))).toMatchObject({
    code: 'zenodo_unexpected_answer',
    message: expect.stringContaining('not valid JSON'),
  })
  expect(seen).toHaveLength(6)
})

test('110: the pauses between tries grow from the one that is configured', async () => {
  const pauses: number[] = []
  let last = Number.NaN
  answering(busy)
  const emit = () => {
    if (!Number.isNaN(last)) pauses.push(performance.now() - last)
    last = performance.now()
  }
  const { zenodo, signal } = setup({ retryBaseMs: 40, retries: 3, emit })
  await failureOf(zenodo.get(1, signal))
  expect(pauses).toHaveLength(3)
  // between once and twice the pause: it is spread, so that many workers do not come back together
  expect(pauses[0]).toBeGreaterThanOrEqual(39)
  expect(pauses[1]).toBeGreaterThanOrEqual(79)
  expect(pauses[2]).toBeGreaterThanOrEqual(159)
})

test('117: whether Zenodo lets us in is one read of the list: 200 is yes, 403 and 401 are no', async () => {
  const seen = answering([200, []], [403, { status: 403, message: 'Permission denied.' }], [401, {}])
  const { zenodo, signal } = setup()
  expect(await zenodo.probe(signal)).toBeUndefined()
  expect(await failureOf(zenodo.probe(signal))).toMatchObject({ code: 'zenodo_token_refused' })
  expect(await failureOf(zenodo.probe(signal))).toMatchObject({ code: 'zenodo_token_refused' })
  expect(seen.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual(
    Array(3).fill('GET /api/deposit/depositions'),
  )
})

test('112: waits out a 429 as told, also for a call that is never repeated, at the cost of no try', async () => {
  const seen = answering([429, {}, { 'retry-after': '1' }], told429, busy)
  const { zenodo, signal } = setup()
  const startedAt = performance.now()
  expect(await failureOf(zenodo.create(metadata, signal))).toMatchObject({ details: { status: 504 } })
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000)
  expect(seen).toHaveLength(3)
})

test('reads the wait from the reset, by the clock of the answer', async () => {
  const theirNow = Date.parse('2031-01-01T00:00:00Z')
  const reset = { 'x-ratelimit-reset': String(theirNow / 1000 + 1), date: new Date(theirNow).toUTCString() }
  answering([429, {}, reset], [200, depositionJson()])
  const { zenodo, signal } = setup()
  const startedAt = performance.now()
  await zenodo.get(1, signal)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1000)
})

test('gives up on a call after five waits for the rate limit', async () => {
  const seen = answering(told429)
  const { zenodo, signal } = setup()
  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ code: 'zenodo_rate_limited', retryAfterMs: 0 })
  expect(seen).toHaveLength(6)
})

test('stops waiting for the rate limit when it is told to stop', async () => {
  const stop = new AbortController()
  answering([429, {}, { 'retry-after': '600' }])
  const { zenodo } = setup({ emit: () => setImmediate(() => stop.abort(new Failure('lease_lost', 'Lost.'))) })
  expect(await failureOf(zenodo.get(1, stop.signal))).toMatchObject({ code: 'lease_lost' })
})

test('does not wait because a success says when the limit resets', async () => {
  answering([
    200,
    depositionJson(),
    { 'retry-after': '600', 'x-ratelimit-remaining': '99', 'x-ratelimit-limit': '100' },
  ])
  const { zenodo, signal } = setup()
  await zenodo.get(1, signal)
  await zenodo.get(1, signal)
})

test('asks the lease before every single request, and sends nothing once it is not trusted', async () => {
  const seen = answering(busy)
  let asked = 0
  const guard = () => {
    asked += 1
    // twice a request: before it, and when it is written
    if (asked === 5) throw new Failure('lease_lost', 'Lost.')
  }
  const { zenodo, signal } = setup({ guard })
  expect(await failureOf(zenodo.putMetadata(1, metadata, signal))).toMatchObject({ code: 'lease_lost' })
  expect(seen).toHaveLength(2)
})

test('asks the lease again when a request is written, as making the connection may have taken long', async () => {
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  let asked = 0
  const guard = () => {
    asked += 1
    if (asked === 2) throw new Failure('lease_lost', 'Lost.')
  }
  const { zenodo, events, signal } = setup({ baseUrl: `http://127.0.0.1:${port}`, guard })
  expect(await failureOf(zenodo.putMetadata(1, metadata, signal))).toMatchObject({ code: 'lease_lost' })
  expect(requests).toBe(0)
  expect(events).toEqual([])
})

test('counts a file as removed when the answer was 500 but the file is gone', async () => {
  const seen = answering([500, {}], [200, depositionJson({ files: [fileJson('other.txt')] })])
  const { zenodo, signal } = setup()
  await zenodo.removeFile(deposition(), remoteFile, signal)
  expect(seen.map(({ method }) => method)).toEqual(['DELETE', 'GET'])
})

test('removes again when the answer was 500 and the file is still there', async () => {
  const seen = answering([500, {}], [200, depositionJson({ files: [fileJson('a.txt')] })], [204])
  const { zenodo, signal } = setup()
  await zenodo.removeFile(deposition(), remoteFile, signal)
  expect(seen.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'DELETE'])
})

test('removes again when Zenodo forbids a write to our own draft for a moment', async () => {
  const seen = answering([403, { message: 'Permission denied.' }], [204])
  const { zenodo, signal } = setup()
  await zenodo.removeFile(deposition(), remoteFile, signal)
  expect(seen).toHaveLength(2)
})

test('takes a discard whose answer was lost for done when the draft is gone', async () => {
  answering(busy, [404, {}])
  const { zenodo, signal } = setup()
  expect(await zenodo.discard(20000002, signal)).toBeUndefined()
})
