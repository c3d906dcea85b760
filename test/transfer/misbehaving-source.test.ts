/** What happens when a source is cut, too short, too long, slow or silent? */
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { block, chunk, chunkedHead, head } from './raw-http.ts'
import { failureOf, options, serve, serveRaw, setup, sourceFile, startSink, targetAt } from './setup.ts'

test.each([
  ['shorter', 5, 'source_size_differs'],
  ['longer', 3, 'source_size_differs'],
])('a source that ends cleanly %s than promised stops the copy, and no whole file arrives', async (_, size, code) => {
  const source = await serveRaw((socket) => {
    socket.once('data', () => socket.end(`${chunkedHead}${chunk('ab')}${chunk('cd')}0\r\n\r\n`))
  })
  const sink = await startSink()
  const { transfer } = setup({ fileAttempts: 3 })

  const failure = await failureOf(transfer.send(sourceFile({ source, size }), targetAt(sink.url, size), options()))
  await sink.ended()

  expect(failure.code).toBe(code)
  expect(sink.puts.filter((put) => put.isWhole)).toEqual([])
})

test('a source that goes on for ever is left at the promised size', async () => {
  const source = await serve((_, response) => {
    const pump = () => {
      while (response.writable && response.write(block));
    }
    response.on('drain', pump)
    pump()
  })
  const sink = await startSink()
  const { transfer } = setup({ fileAttempts: 3 })
  const size = block.length * 20 + 1

  const failure = await failureOf(transfer.send(sourceFile({ source, size }), targetAt(sink.url, size), options()))
  await sink.ended()

  expect(failure.code).toBe('source_size_differs')
  expect(sink.puts.map((put) => put.isWhole)).toEqual([false])
})

test.each([
  ['with a promised length', head(10)],
  ['in the middle of chunks', chunkedHead],
  ['without any promise', 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'],
])('a source cut %s is tried again, and no whole file arrives', async (_, start) => {
  const source = await serveRaw((socket) => {
    const body = start === chunkedHead ? chunk('abc') : 'abc'
    socket.once('data', () => socket.end(start + body))
  })
  const sink = await startSink()
  const { transfer, events } = setup({ fileAttempts: 2 })

  const failure = await failureOf(transfer.send(sourceFile({ source, size: 10 }), targetAt(sink.url, 10), options()))

  expect(failure.code).toBe('source_unavailable')
  expect(events).toHaveLength(1)
  expect(sink.puts.filter((put) => put.isWhole)).toEqual([])
})

test('116: a slow source passes as long as it moves, for longer than a stall may last', async () => {
  const stallMs = 1200
  const source = await serve(async (_, response) => {
    response.writeHead(200, { 'content-length': 8 })
    for (let sent = 0; sent < 8; sent += 1) {
      response.write('x')
      await delay(stallMs / 3.5)
    }
    response.end()
  })
  const sink = await startSink()
  const { transfer } = setup({ stallMs })
  const start = performance.now()

  await transfer.send(sourceFile({ source, size: 8 }), targetAt(sink.url, 8), options())

  expect(performance.now() - start).toBeGreaterThan(stallMs * 2)
})

test.each([
  ['before its head', ''],
  ['in its body', `${head(10)}abc`],
])('116: a source that stalls %s is given up', async (_, answer) => {
  const source = await serveRaw((socket) => socket.once('data', () => socket.write(answer)))
  const sink = await startSink()
  const { transfer } = setup({ stallMs: 150 })

  const failure = await failureOf(transfer.send(sourceFile({ source, size: 10 }), targetAt(sink.url, 10), options()))

  expect(failure.code).toBe('transfer_stalled')
})
