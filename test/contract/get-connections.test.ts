/** When is a connection used again, and what is left of one when nobody wants it any more? */
import type { LookupFunction, Socket } from 'node:net'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createPlainGets } from '../../src/transfer/plain-get.ts'
import { serveRaw } from '../transfer/setup.ts'
import { getOutcome, openTransports, readAll } from './get-transports.ts'

const ok = (...lines: string[]) => `${['HTTP/1.1 200 OK', 'Content-Length: 3', ...lines].join('\r\n')}\r\n\r\n`
const whole = expect.objectContaining({ status: 200, body: 'abc' })

/** A server that is told of each request with its number, from 1, and of the number of its connection. */
async function serving(respond: (socket: Socket, at: { request: number; connection: number }) => unknown) {
  const counts = { requests: 0, connections: 0 }
  const sockets: Socket[] = []
  const origin = await serveRaw((socket) => {
    sockets.push(socket)
    counts.connections += 1
    const connection = counts.connections
    socket.on('data', () => {
      counts.requests += 1
      respond(socket, { request: counts.requests, connection })
    })
  })
  return { origin, counts, sockets }
}

const ended = (socket: Socket | undefined) =>
  new Promise<void>((resolve) => (socket === undefined || socket.closed ? resolve() : socket.on('close', resolve)))

test.each([
  ['as such', ok(), 1],
  ['that says so', ok('Connection: Keep-Alive', 'Keep-Alive: timeout=5, max=100'), 1],
  ['that ends', ok('Connection: close'), 3],
  ['that will not wait', ok('Keep-Alive: timeout=1'), 3],
])('after an answer %s the connection serves again as long as it may', async (_, head, connections) => {
  const { origin, counts } = await serving((socket) => socket.write(`${head}abc`))
  const { plain } = openTransports()

  for (let turn = 0; turn < 3; turn += 1) expect(await getOutcome(plain, origin)).toEqual(whole)

  expect(counts).toEqual({ requests: 3, connections })
})

test('several at once have a connection each, which they keep', async () => {
  const { origin, counts } = await serving((socket) => socket.write(`${ok()}abc`))
  const { plain } = openTransports()

  for (let turn = 0; turn < 3; turn += 1) {
    await Promise.all(Array.from({ length: 4 }, () => getOutcome(plain, origin)))
  }

  expect(counts).toEqual({ requests: 12, connections: 4 })
})

test('a redirect without a body leaves its connection to the next hop', async () => {
  const { origin, counts } = await serving((socket, { request }) =>
    socket.write(request === 1 ? 'HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n' : `${ok()}abc`),
  )
  const { plain } = openTransports()

  expect(await getOutcome(plain, origin)).toMatchObject({ status: 302 })
  expect(await getOutcome(plain, origin)).toEqual(whole)
  expect(counts.connections).toBe(1)
})

test.each([
  ['more bytes with the answer', `${ok()}abcxyz`],
  ['the answer to another request with it', `${ok()}abc${ok()}xyz`],
])('after %s nothing else is asked on the connection', async (_, answer) => {
  const { origin, counts } = await serving((socket, { request }) => socket.write(request === 1 ? answer : `${ok()}abc`))
  const { ours, undici } = openTransports()

  for (const { gets } of [ours, undici]) {
    counts.requests = 0
    counts.connections = 0
    expect([await getOutcome(gets, origin), await getOutcome(gets, origin)]).toEqual([whole, whole])
    expect(counts.connections).toBe(2)
  }
})

test.each([
  ['answers before it is asked', (socket: Socket) => socket.write(`${ok()}xyz`)],
  ['ends', (socket: Socket) => socket.end()],
  ['is reset', (socket: Socket) => socket.resetAndDestroy()],
])('a connection that %s while nobody waits is not used again', async (_, act) => {
  const { origin, counts, sockets } = await serving((socket) => socket.write(`${ok()}abc`))
  const { plain } = openTransports()
  expect(await getOutcome(plain, origin)).toEqual(whole)

  for (const socket of sockets) act(socket)
  await ended(sockets[0])

  expect(await getOutcome(plain, origin)).toEqual(whole)
  expect(counts).toEqual({ requests: 2, connections: 2 })
})

test.each([
  ['ends', (socket: Socket) => socket.end()],
  ['resets', (socket: Socket) => socket.resetAndDestroy()],
])('a server that %s a kept connection when asked is asked once more on a new one', async (_, act) => {
  const { origin, counts } = await serving((socket, { request }) =>
    request === 2 ? act(socket) : socket.write(`${ok()}abc`),
  )
  const { plain } = openTransports()

  expect(await getOutcome(plain, origin)).toEqual(whole)
  expect(await getOutcome(plain, origin)).toEqual(whole)
  expect(counts).toEqual({ requests: 3, connections: 2 })
})

test('nothing is asked again after a byte of an answer, nor on a new connection', async () => {
  const { origin, counts } = await serving((socket, { request }) => {
    if (request === 1) socket.write(`${ok()}abc`)
    else socket.end(request === 2 ? 'H' : '')
  })
  const { plain } = openTransports()
  expect(await getOutcome(plain, origin)).toEqual(whole)

  expect(await getOutcome(plain, origin)).toBe('no answer')
  expect(counts.requests).toBe(2)
  expect(await getOutcome(plain, origin)).toBe('no answer')
  expect(counts.requests).toBe(3)
})

test('what an origin does that is not plain leaves it to undici for a while', async () => {
  const { origin, counts } = await serving((socket) => socket.end('HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc'))
  const { ours } = openTransports()

  for (let turn = 0; turn < 3; turn += 1) expect(await getOutcome(ours.gets, origin)).toEqual(whole)

  expect(counts.requests).toBe(4)
})

const nowhere: LookupFunction = () => {}
const stops: [string, string, string | null, LookupFunction | undefined][] = [
  ['while its name is looked up', 'http://source.example', null, nowhere],
  ['before its head', '', '', undefined],
  ['in its head', '', 'HTTP/1.1 200 OK\r\nConte', undefined],
  ['in its body', '', `${ok()}ab`, undefined],
]

test.each(stops)('an answer that is given up %s ends with the reason, and its connection with it', async (...at) => {
  const [, address, answer, lookup] = at
  const asked = Promise.withResolvers<void>()
  const { origin, sockets } = await serving((socket) => {
    socket.write(answer ?? '', () => asked.resolve())
  })
  const gets = createPlainGets({ connectMs: 10_000, ...(lookup && { lookup }) })
  onTestFinished(() => gets.close())
  const controller = new AbortController()
  const reason = new Error('No longer wanted')

  const reading = gets.get(new URL(address || origin), {}, controller.signal).then((read) => read && readAll(read))
  if (lookup === undefined) await asked.promise
  await eventLoopTurn()
  controller.abort(reason)

  await expect(reading).rejects.toBe(reason)
  await ended(sockets[0])
})

test('who gives up while the bytes wait gets the reason, not the bytes', async () => {
  const { origin, sockets } = await serving((socket) => socket.write(`${ok()}abc`))
  const { plain } = openTransports()
  const controller = new AbortController()
  const answer = await plain.get(new URL(origin), {}, controller.signal)

  controller.abort(new Error('No longer wanted'))

  await expect(answer?.read(new Uint8Array(3))).rejects.toThrow('No longer wanted')
  await ended(sockets[0])
})

test('an address that does not answer in time fails with a code', async () => {
  const gets = createPlainGets({ connectMs: 20, lookup: nowhere })
  onTestFinished(() => gets.close())

  const asked = gets.get(new URL('http://source.example'), {}, new AbortController().signal)

  await expect(asked).rejects.toMatchObject({ code: 'ETIMEDOUT' })
})

test('closing cuts what is open, in use or not, and no more is asked', async () => {
  const { origin, sockets } = await serving((socket, { connection }) =>
    socket.write(connection === 1 ? ok() : `${ok()}abc`),
  )
  const gets = createPlainGets({ connectMs: 10_000 })
  const { signal } = new AbortController()
  const answer = await gets.get(new URL(origin), {}, signal)
  expect(await getOutcome(gets, origin)).toEqual(whole)
  const reading = answer?.read(new Uint8Array(3))
  const failing = expect(reading).rejects.toMatchObject({ code: 'ERR_CLOSED' })

  await gets.close()

  await failing
  await Promise.all(sockets.map(ended))
  await expect(gets.get(new URL(origin), {}, signal)).rejects.toMatchObject({ code: 'ERR_CLOSED' })
})

test('a signal is not listened to once its answer has been read', async () => {
  const { origin } = await serving((socket) => socket.write(`${ok()}abc`))
  const { plain } = openTransports()
  const { signal } = new AbortController()
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...given: Parameters<typeof add>) => {
    listeners += 1
    add(...given)
  }
  signal.removeEventListener = (...given: Parameters<typeof remove>) => {
    listeners -= 1
    remove(...given)
  }

  for (let turn = 0; turn < 3; turn += 1) {
    const answer = await plain.get(new URL(origin), {}, signal)
    expect(listeners).toBe(1)
    await readAll(answer ?? { read: async () => 0 })
    expect(listeners).toBe(0)
  }
})
