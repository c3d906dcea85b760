/** What happens when the network fails? Real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { striker } from '../../src/zenodo/request.ts'
import { requestsFor } from '../../src/zenodo/requests.ts'
import { transportFailure } from '../../src/zenodo/transport.ts'
import { depositionJson, failureOf, metadata, setup, token } from './setup.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

/** A server on a free port, gone when the test ends. */
async function serving(handler: Handler): Promise<{ readonly baseUrl: string; readonly paths: string[] }> {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`)
    request.resume().on('end', () => handler(request, response, paths.length))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths }
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
}

test('takes a connection cut after the request for an open outcome', async () => {
  const { baseUrl, paths } = await serving((request) => request.socket.destroy())
  const { zenodo, signal, events } = setup({ baseUrl })
  const failure = await failureOf(zenodo.create(metadata, signal))
  expect(failure).toMatchObject({ code: 'zenodo_unavailable', details: { ambiguous: true, verb: 'create' } })
  expect(paths).toEqual(['POST /api/deposit/depositions'])
  expect(events).toMatchObject([{ status: 0 }])
})

test('knows that nothing was carried out when nobody listens', async () => {
  const { zenodo, signal } = setup({ baseUrl: 'http://127.0.0.1:1', retries: 0 })
  expect(await failureOf(zenodo.create(metadata, signal))).toMatchObject({
    code: 'zenodo_unavailable',
    details: { ambiguous: false, reason: 'ECONNREFUSED' },
  })
})

test('asks again after a cut connection', async () => {
  const { baseUrl, paths } = await serving((request, response, count) => {
    if (count < 3) request.socket.destroy()
    else json(response, depositionJson())
  })
  const { zenodo, signal } = setup({ baseUrl })
  expect(await zenodo.putMetadata(20000002, metadata, signal)).toMatchObject({ id: 20000002 })
  expect(paths).toHaveLength(3)
})

test('gives up on an answer that does not begin, or does not go on, but not on a slow one', async () => {
  const { baseUrl } = await serving((request, response) => {
    if (request.url?.endsWith('/1')) return
    const text = JSON.stringify(depositionJson())
    response.setHeader('content-type', 'application/json').write(text.slice(0, 10))
    if (request.url?.endsWith('/2')) return
    // as long in total as the stall allows, and longer
    const rest = [...text.slice(10).matchAll(/.{1,100}/gs)].map(String)
    const timer = setInterval(() => {
      response.write(rest.shift() ?? '')
      if (rest.length > 0) return
      clearInterval(timer)
      response.end()
    }, 150)
  })
  const { zenodo, signal } = setup({ baseUrl, stallMs: 800, retries: 0 })
  const startedAt = performance.now()
  const slow = zenodo.get(3, signal).then((found) => [found?.id, performance.now() - startedAt] as const)
  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ details: { reason: 'UND_ERR_HEADERS_TIMEOUT' } })
  expect(await failureOf(zenodo.get(2, signal))).toMatchObject({ details: { reason: 'UND_ERR_BODY_TIMEOUT' } })
  const [id, took] = await slow
  expect(id).toBe(20000002)
  expect(took).toBeGreaterThan(900)
})

test('lets go of a request at once when it is told to stop', async () => {
  const stop = new AbortController()
  const lost = new Failure('lease_lost', 'Lost.')
  const { baseUrl, paths } = await serving(() => stop.abort(lost))
  const { zenodo } = setup({ baseUrl })
  expect(await failureOf(zenodo.putMetadata(1, metadata, stop.signal))).toBe(lost)
  expect(paths).toHaveLength(1)
})

test('sends the token to no other server, even when told to', async () => {
  const other = await serving((_, response) => json(response, depositionJson()))
  const { baseUrl } = await serving((_, response) => response.writeHead(302, { location: other.baseUrl }).end())
  const { zenodo, signal } = setup({ baseUrl, retries: 0 })
  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ code: 'zenodo_unexpected_answer' })
  expect(other.paths).toEqual([])
})

test('uses connections again instead of opening one for every call', async () => {
  const ports = new Set<number | undefined>()
  const { baseUrl } = await serving((request, response) => {
    ports.add(request.socket.remotePort)
    json(response, depositionJson())
  })
  const { zenodo, signal } = setup({ baseUrl })
  for (const id of [1, 2, 3, 4, 5, 6]) await zenodo.get(id, signal)
  // undici may open a second one while it is still tidying up after the first answer
  expect(ports.size).toBeLessThanOrEqual(2)
})

test('keeps the token out of the errors of the network', async () => {
  const { baseUrl } = await serving((_, response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\nX-Echo: ${token}\r\nContent-Length: nonsense\r\n\r\n`)
  })
  const { zenodo, signal } = setup({ baseUrl, retries: 0 })
  const failure = await failureOf(zenodo.get(1, signal))
  expect(failure.code).toBe('zenodo_unavailable')
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(token)
})

test('strikes the token and query strings from the words of an HTTP library', () => {
  const request = requestsFor('https://zenodo.test/api').probe()
  const error = new Error(`no route for https://zenodo.test/x?access_token=${token}, ${token}`)
  const failure = transportFailure(request, error, striker(token))
  expect(String(failure.cause)).toBe('Error: no route for https://zenodo.test/x?… …')
})
