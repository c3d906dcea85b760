/** What becomes of an answer that nobody wants any more, or not yet? */
import type { LookupFunction } from 'node:net'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startConnection } from '../../src/transfer/plain-connection.ts'
import { createPlainGets } from '../../src/transfer/plain-get.ts'
import { ended, ok, serving, whole } from './get-servers.ts'
import { getOutcome, openTransports, readAll } from './get-transports.ts'

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

test('whenever a request is given up, it ends', async () => {
  const { origin } = await serving((socket) => socket.write(`${ok()}abc`))
  const { plain } = openTransports()
  const given = new Error('No longer wanted')

  const settled = []
  for (let steps = 0; steps < 40; steps += 1) {
    await getOutcome(plain, origin)
    const controller = new AbortController()
    const asked = plain.get(new URL(origin), {}, controller.signal).then((read) => read && readAll(read))
    for (let step = 0; step < steps % 20; step += 1) await (steps < 20 ? null : eventLoopTurn())
    controller.abort(given)
    settled.push(await asked.then(String, (error: unknown) => error))
  }

  expect(new Set(settled)).toEqual(new Set([given, 'abc']))
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

test('what has come is handed over although more is to come', async () => {
  const { origin, sockets } = await serving((socket) => socket.write(`${ok()}a`))
  const { plain } = openTransports()
  const answer = await plain.get(new URL(origin), {}, new AbortController().signal)
  const into = new Uint8Array(3)

  expect(await answer?.read(into)).toBe(1)
  const reading = answer?.read(into)
  sockets[0]?.write('b')
  expect(await reading).toBe(1)
  sockets[0]?.write('c')
  expect([await answer?.read(into), await answer?.read(into)]).toEqual([1, 0])
})

test('a server is held back by small reads', async () => {
  const block = Buffer.alloc(1 << 20)
  let sent = 0
  const { origin } = await serving((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 30}\r\n\r\n`)
    const send = () =>
      socket.write(block, (error) => {
        if (error) return
        sent += 1
        send()
      })
    send()
  })
  const { plain } = openTransports()
  const answer = await plain.get(new URL(origin), {}, new AbortController().signal)

  const into = new Uint8Array(1000)
  for (let turn = 0; turn < 1000; turn += 1) {
    await answer?.read(into)
    await eventLoopTurn()
  }

  // what the system keeps on the way
  expect(sent).toBeLessThan(32)
})

test('who takes over a connection too late hears why it ended', async () => {
  const { origin } = await serving(() => {})
  const open = () => startConnection(new URL(origin), { connectMs: 10_000, sessions: new Map() })
  const cut = open()
  const stopped = open()
  await Promise.all([cut.ready, stopped.ready])
  const heard: unknown[] = []
  const receiver = { room: () => null, take: () => true, ended: (reason: unknown) => void heard.push(reason) }

  cut.cut('cut')
  cut.handTo(receiver)
  stopped.handTo(receiver)
  stopped.follow(AbortSignal.abort('stopped'))
  await Promise.all([cut.closed, stopped.closed])

  expect(heard).toEqual(['cut', 'stopped'])
})
