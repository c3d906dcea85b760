/** When is a connection used again, and when is it not? */
import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ended, ok, serving, whole } from './get-servers.ts'
import { getOutcome, openTransports } from './get-transports.ts'

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

  // it has arrived, and nobody has looked
  for (const socket of sockets) act(socket)

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

/** Timers that the test moves on. */
function fakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

test('a kept connection is given up in time, a second before the server would', async () => {
  fakeTimers()
  const { origin, sockets } = await serving((socket) => socket.write(`${ok('Keep-Alive: timeout=7')}abc`))
  const { plain } = openTransports()
  expect(await getOutcome(plain, origin)).toEqual(whole)

  vi.advanceTimersByTime(5999)
  expect(await getOutcome(plain, origin)).toEqual(whole)
  expect(sockets).toHaveLength(1)
  vi.advanceTimersByTime(6000)
  await ended(sockets[0])
})

test('a connection in use again is not given up', async () => {
  fakeTimers()
  const asked = Promise.withResolvers<Socket>()
  const { origin } = await serving((socket, { request }) =>
    request === 1 ? socket.write(`${ok()}abc`) : asked.resolve(socket),
  )
  const { plain } = openTransports()
  expect(await getOutcome(plain, origin)).toEqual(whole)

  const again = getOutcome(plain, origin)
  const socket = await asked.promise
  vi.advanceTimersByTime(600_000)
  socket.write(`${ok()}abc`)

  expect(await again).toEqual(whole)
})
