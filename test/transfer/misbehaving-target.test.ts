/** Does a transfer end promptly when the receiver stops, refuses early, or breaks off? */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { endless } from './raw-http.ts'
import { failureOf, options, serveRaw, setup, sourceFile, targetAt } from './setup.ts'

const size = 1_000_000_000

test('116: a receiver that stops reading is given up, and both connections end', async () => {
  const sockets: Socket[] = []
  const sink = await serveRaw((socket) => void sockets.push(socket.pause()))
  const { transfer } = setup({ stallMs: 300 })

  const failure = await failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), options()),
  )

  expect(failure.code).toBe('transfer_stalled')
  const [socket] = sockets
  // not events.once: a reset raises an error first
  if (socket && !socket.destroyed) await new Promise((resolve) => socket.on('close', resolve).resume())
})

test.each([
  [403, 'stays open', 'zenodo_forbidden'],
  [413, 'stays open', 'zenodo_refused_file'],
  [403, 'closes after the answer', 'zenodo_forbidden'],
  [413, 'closes after the answer', 'zenodo_refused_file'],
  [403, 'resets the connection after the answer', 'zenodo_forbidden'],
  [413, 'resets the connection after the answer', 'zenodo_refused_file'],
])('an early %i of a receiver that %s ends the transfer, without waiting for a stall', async (status, then, code) => {
  const sink = await serveRaw((socket) => {
    socket.once('data', () => {
      // leave the rest unread, as a proxy does that has seen enough
      socket.pause()
      const answer = `HTTP/1.1 ${status} Refused\r\nContent-Length: 7\r\n\r\nrefused`
      if (then === 'stays open') socket.write(answer)
      else if (then === 'closes after the answer') socket.end(answer)
      else socket.write(answer, () => socket.destroy())
    })
  })
  // a stall would outlast the test
  const { transfer } = setup({ stallMs: 120_000, fileAttempts: 4 })

  const failure = await failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), options()),
  )

  expect(failure.code).toBe(code)
  expect(failure.details).toMatchObject({ status, body: 'refused' })
})

test('an early answer whose body never ends is understood by its status', async () => {
  const sink = await serveRaw((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 900\r\n\r\nhalf'))
  })
  const { transfer } = setup({ stallMs: 1000 })

  const failure = await failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), options()),
  )

  expect(failure.code).toBe('zenodo_forbidden')
})

test('a connection reset in the middle of an upload is Zenodo being away', async () => {
  const sink = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()))
  const { transfer, events } = setup({ stallMs: 120_000, fileAttempts: 2 })

  const failure = await failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), options()),
  )

  expect(failure.code).toBe('zenodo_unavailable')
  expect(events).toHaveLength(1)
})

test('a confirmation before the last byte is not believed', async () => {
  const sink = await serveRaw((socket) => {
    const body = JSON.stringify({ size, checksum: 'md5:00000000000000000000000000000000' })
    socket.once('data', () => socket.write(`HTTP/1.1 201 Created\r\nContent-Length: ${body.length}\r\n\r\n${body}`))
  })
  const { transfer } = setup()

  const failure = await failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), options()),
  )

  expect(failure.code).toBe('zenodo_unexpected_answer')
})
