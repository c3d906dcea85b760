/** Does a file find its way to a host with several addresses, and is a connection cut only while it is its own? */
import { once } from 'node:events'
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http'
import { type AgentOptions, createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createRawServer, type LookupFunction } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { createPutAgents, cutShort, type PutOptions } from '../../src/transfer/put-agents.ts'
import { type Put, putStream } from '../../src/transfer/put-stream.ts'
import { makeCertificate } from '../support/certificate.ts'
import { failureOf, serveRaw } from './setup.ts'

const certificate = makeCertificate({ names: ['zenodo.test'] })
/** Nothing is there, on no network: IANA has given this part of the public space to nobody. */
const nowhere = { address: '2d00::1', family: 6 }
const here = { address: '127.0.0.1', family: 4 }

const both: LookupFunction = (_host, { all }, done) =>
  all ? done(null, [nowhere, here]) : done(null, nowhere.address, 6)

function setup(connectMs: number, lookup = both) {
  const settings: AgentOptions = { keepAlive: true, ca: certificate.cert, lookup }
  const agents = createPutAgents(settings, connectMs)
  onTestFinished(() => {
    agents.http.destroy()
    agents.https.destroy()
  })
  return (
    url: string,
    { signal = new AbortController().signal, ...changes }: Partial<Put> & { signal?: AbortSignal } = {},
  ) => {
    const target = {
      url,
      headers: { 'content-length': '5' },
      admit: async () => {},
      accept: async () => ({ size: 0, md5: '' }),
    }
    const puts = { agents, userAgent: 'test', answerMs: 5000 }
    return putStream(puts, { target, blocks: blocksOf('bytes'), path: 'a.csv', guard: () => {}, ...changes }, signal)
  }
}

async function* blocksOf(text: string, onAsked = () => {}) {
  onAsked()
  if (text !== '') yield Buffer.from(text)
}

test.each([
  ['plain', false],
  ['TLS', true],
])(
  'over %s, a file goes to the second address when nobody is at the first, and the next over the same connection',
  async (_name, secure) => {
    const answer = async (request: AsyncIterable<Buffer>, response: { end(text: string): unknown }) => {
      let text = ''
      for await (const part of request) text += part
      response.end(text)
    }
    const server = secure ? createTlsServer(certificate, answer) : createServer(answer)
    let connections = 0
    server.on('connection', () => {
      connections += 1
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const send = setup(10_000)
    const url = `${secure ? 'https' : 'http'}://zenodo.test:${(server.address() as AddressInfo).port}/`
    expect(await send(url)).toMatchObject({ status: 200, body: 'bytes' })
    expect(await send(url)).toMatchObject({ status: 200, body: 'bytes' })
    expect(connections).toBe(1)
  },
)

test('a host that takes the connection, and does not begin with TLS, is given up', async () => {
  const { port } = new URL(await serveRaw(() => {}))
  const failure = await failureOf(setup(300)(`https://zenodo.test:${port}/`))
  expect(failure.message).toContain('(ETIMEDOUT)')
})

test('a host that refuses connections is told as such', async () => {
  const closed = createRawServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const failure = await failureOf(setup(5000)(`https://zenodo.test:${port}/`))
  expect(failure.code).toBe('zenodo_unavailable')
})

test.each(['http', 'https'])(
  'over %s, an upload that is given up while its connection is being made ends at once',
  async (scheme) => {
    const asked = Promise.withResolvers<void>()
    const send = setup(600_000, () => asked.resolve())
    const controller = new AbortController()
    const sending = send(`${scheme}://zenodo.test/`, { signal: controller.signal })
    sending.catch(() => {})
    await asked.promise
    controller.abort(new Error('the lease is lost'))
    await expect(sending).rejects.toThrow('without an answer')
  },
)

test.each([
  ['plain', 'bytes', false],
  ['plain', '', false],
  ['TLS', 'bytes', true],
])(
  'over %s, a lease that is lost while the connection is made lets nothing of the file %j out',
  async (_, bytes, secure) => {
    let requests = 0
    const onRequest = (_request: unknown, response: { end(): unknown }) => {
      requests += 1
      response.end()
    }
    const server = secure ? createTlsServer(certificate, onRequest) : createServer(onRequest)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const lost = new Failure('lease_lost', 'Another worker leads.')
    let isLost = false
    const guard = () => {
      if (isLost) throw lost
    }
    const ready = Promise.withResolvers<void>()
    // there is a block to write before there is a connection, and another worker leads when that comes about
    const send = setup(10_000, async (_host, { all }, done) => {
      await ready.promise
      await delay(50)
      isLost = true
      return all ? done(null, [here]) : done(null, here.address, 4)
    })
    const url = `http${secure ? 's' : ''}://zenodo.test:${(server.address() as AddressInfo).port}/`
    await expect(send(url, { blocks: blocksOf(bytes, ready.resolve), guard })).rejects.toBe(lost)
    expect(requests).toBe(0)
  },
)

test('cutting a request that is through does not cut the next one over the same connection', async () => {
  const server = createServer((request, response) => void request.resume().on('end', () => response.end('done')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { http: agent } = createPutAgents({ keepAlive: true, maxSockets: 1 }, 10_000)
  onTestFinished(() => agent.destroy())
  const { port } = server.address() as AddressInfo
  const options: PutOptions = { port, method: 'PUT', agent, stop: new AbortController().signal }
  const begin = () => request(options)
  const answerOf = async (one: ClientRequest) => {
    const [answer] = (await once(one, 'response')) as [IncomingMessage]
    return await text(answer)
  }
  const first = begin().end()
  await answerOf(first)
  const next = begin()
  const [socket] = await once(next, 'socket')
  expect(socket).toBe(first.socket)

  cutShort(first)
  expect(await answerOf(next.end())).toBe('done')
})
