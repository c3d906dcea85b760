/** Does the HTTP API answer whatever is sent with a value or a problem, never with a failure of its own, and does it keep secrets to itself? */
import { request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { z } from 'zod'
import { pages } from '../../src/console/pages.ts'
import { contract } from '../../src/http/contract.ts'
import type { Route } from '../../src/http/route.ts'
import { type Bench, manifestOf } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { anyJson, mutated } from './any-json.ts'
import { type AnyRequest, anyRequest, type Place } from './any-request.ts'
import { chance, patience } from './fuzzing.ts'

const secret = '5ecretThatNobodyMaySee'
let bench: Bench
let api: Api
let token: string
beforeAll(async () => {
  ;({ bench, api } = await openApi('sqlite'))
  token = await api.tokenOf('admin')
  for (const number of [1, 2]) {
    const body = { manifest: manifestOf({ number }), types: ['data', 'software'] }
    await api.call('/copies', { method: 'POST', body })
  }
})
afterAll(async () => {
  await api.close()
  await bench.drop()
})

/** Events go on for ever: their head is enough. */
async function ask({
  method,
  path,
  headers,
  body,
}: AnyRequest): Promise<{ status: number; type: string; said: string }> {
  return await new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) }
    const all = { authorization: `Bearer ${token}`, ...length, ...headers }
    // a connection for each: what the server closes must not be taken for the next request's answer
    const sent = request(api.url + path, { method, headers: all, agent: false })
    sent.on('error', reject)
    sent.on('response', (answer) => {
      const status = answer.statusCode ?? 0
      const type = answer.headers['content-type'] ?? ''
      if (!type.startsWith('text/event-stream'))
        return text(answer).then((said) => resolve({ status, type, said }), reject)
      answer.destroy()
      return resolve({ status, type, said: '' })
    })
    sent.end(body ?? undefined)
  })
}

function judge({ status, type, said }: Awaited<ReturnType<typeof ask>>): void {
  expect(status, said).toBeLessThan(500)
  expect(said).not.toContain(secret)
  if (status < 400 || !type.includes('json')) return
  expect(JSON.parse(said), said).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) })
}

function requireQuietLog(): void {
  expect(api.log()).not.toContain(secret)
  expect(api.log()).not.toContain(token)
}

const routes = Object.entries<Route>(contract).map(([name, route]): readonly [string, Place] => {
  const type = route.lines ? 'application/x-ndjson' : 'application/json'
  return [name, { ...route, path: `/api/v1${route.path}`, type }]
})

const ofConsole = pages.map((page): readonly [string, Place] => {
  const method = page.kind === 'action' ? 'POST' : 'GET'
  const { query, form } = page as { readonly query?: z.ZodType; readonly form?: z.ZodType }
  const schemas = { ...(query && { query }), ...(form && { body: form }) }
  return [`${method} ${page.path}`, { method, path: page.path, type: 'application/x-www-form-urlencoded', ...schemas }]
})

test.each([...routes, ...ofConsole])(
  '%s answers anything as it should',
  { timeout: patience },
  async (_name, place) => {
    await fc.assert(
      fc.asyncProperty(anyRequest(place), async (asked) => judge(await ask(asked))),
      chance(12),
    )
    requireQuietLog()
  },
)

const version = {
  manifest: {
    ...manifestOf({ number: 3 }),
    secret,
    files: {
      data: [{ path: 'a.csv', size: 3, source: `https://u:${secret}@files.example/a.csv?X-Amz-Signature=${secret}` }],
    },
  },
  types: ['data'],
  priority: 1,
}

test('a version with anything wrong in it comes in or is refused, and what is secret of it is not told', {
  timeout: patience,
}, async () => {
  const headers = { 'content-type': 'application/json' }
  const one = mutated(version).map((body) => ({
    method: 'POST',
    path: '/api/v1/copies',
    headers,
    body: JSON.stringify(body) ?? '',
  }))
  await fc.assert(
    fc.asyncProperty(one, async (asked) => judge(await ask(asked))),
    chance(120),
  )
  const lines = fc.array(fc.oneof(mutated(version), anyJson), { maxLength: 4 }).map((all) => ({
    ...{ method: 'POST', path: '/api/v1/copies/lines', headers: { 'content-type': 'application/x-ndjson' } },
    body: all.map((line) => JSON.stringify(line) ?? '').join('\n'),
  }))
  await fc.assert(
    fc.asyncProperty(lines, async (asked) => judge(await ask(asked))),
    chance(60),
  )
  requireQuietLog()
})

test('any address by any method is answered, to callers with and without a token', { timeout: patience }, async () => {
  const path = fc.oneof(
    fc.constantFrom('/', '//', '/api', '/api/v1', '/api/v1/', '/healthz', '/copies', '/copies/1', '/datasets/10.5061/dryad.a', '/datasets/%00', '/copies/%ff', '/assets/..%2f..%2fpackage.json', '/sign-in?to=https://evil.example', `/?q=${secret}`, `/copies?cursor=${secret}`), // biome-ignore format: a list of words
    fc.webPath().map((one) => `/${one.slice(1)}`),
    fc.string({ unit: 'binary', maxLength: 12 }).map((one) => `/${encodeURIComponent(one.toWellFormed())}`),
  )
  const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE')
  const headers = fc.constantFrom<Record<string, string>>(
    {},
    { authorization: `Bearer ${secret}` },
    { authorization: `Basic ${Buffer.from(`a:${secret}`).toString('base64')}` },
    { authorization: '' },
    { cookie: `session=${secret}; __Host-session=${secret}; a=%ff` },
    { accept: 'text/html' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'x-forwarded-for': '1.1.1.1', 'x-forwarded-user': 'admin', 'x-remote-user': 'admin', host: 'evil.example' },
    { expect: '200-maybe' },
  )
  const asked = fc.record({ path, method, headers }).map((one) => ({ ...one, body: null }))
  await fc.assert(
    fc.asyncProperty(asked, async (one) => {
      const { status, said } = await ask(one)
      expect(status, said).toBeLessThan(500)
      // an address may stand in its own page
      if (!one.path.includes(secret)) expect(said).not.toContain(secret)
    }),
    chance(80),
  )
  requireQuietLog()
})

const heads = ['GET /api/v1/copies HTTP/1.1\r\n', 'POST /api/v1/copies/lines HTTP/1.1\r\n', 'POST /api/v1/copies HTTP/1.1\r\n', 'GET / HTTP/1.1\r\n', 'PRI * HTTP/2.0\r\n', ''] // biome-ignore format: a list of words
const fields = ['Host: x\r\n', 'Content-Length: 5\r\n', 'Content-Length: 999999999999\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: x\r\n', 'Content-Type: application/x-ndjson\r\n', 'Content-Type: application/json\r\n', 'Connection: upgrade\r\nUpgrade: websocket\r\n', 'If-Match: \x80\xff\r\n', 'Cookie: \x00\r\n', `Authorization: Bearer ${secret}\r\n`, `X: ${'x'.repeat(20_000)}\r\n`, 'TOKEN'] // biome-ignore format: a list of words
const ends = [
  '\r\n',
  '\r\n5\r\n{"a":\r\n0\r\n\r\n',
  '\r\nFFFFFFFFFFFFFFFFF\r\n',
  '\r\n{"a"\n',
  '\r\n\0\0\0\n\n\n',
  '\n',
  '',
]

test('bytes that are no request at all leave the service as it was', { timeout: patience }, async () => {
  const bytes = fc
    .tuple(fc.constantFrom(...heads), fc.array(fc.constantFrom(...fields), { maxLength: 4 }), fc.constantFrom(...ends))
    .map(
      ([head, some, end]) => `${head}${some.join('').replaceAll('TOKEN', `Authorization: Bearer ${token}\r\n`)}${end}`,
    )
  const { hostname, port } = new URL(api.url)
  const send = async (one: string) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) })
      // what is not whole would be waited for
      socket.on('error', () => resolve('')).end(one, 'latin1')
      text(socket).then(resolve, reject)
    })
    expect(answer).not.toMatch(/^HTTP\/1\.1 5/)
    expect(answer).not.toContain(secret)
  }
  await fc.assert(fc.asyncProperty(bytes, send), chance(50))
  expect((await api.call('/status')).status).toBe(200)
  requireQuietLog()
})
