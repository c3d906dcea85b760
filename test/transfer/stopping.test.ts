/** Does a transfer stop at once, and for the right reason, when we no longer want it or may no longer go on? */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { createAddressGuard } from '../../src/transfer/address-guard.ts'
import { createHttpGets } from '../../src/transfer/http-gets.ts'
import { openHttpSource } from '../../src/transfer/http-source.ts'
import { endless } from './raw-http.ts'
import { options, serve, serveRaw, setup, sourceFile, startSink, targetAt } from './setup.ts'

const size = 1_000_000_000

test('an aborted signal ends both connections with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('shutting down')
  const sourceEnded = Promise.withResolvers<void>()
  const source = await endless(size, sourceEnded.resolve)
  const sinkEnded = Promise.withResolvers<void>()
  const sink = await serveRaw((socket) => {
    socket.on('close', () => sinkEnded.resolve())
    socket.on('data', () => controller.abort(reason))
  })
  const { transfer, events } = setup({ fileAttempts: 4 })

  const sending = transfer.send(
    sourceFile({ source, size }),
    targetAt(sink, size),
    options({ signal: controller.signal }),
  )

  await expect(sending).rejects.toBe(reason)
  await Promise.all([sourceEnded.promise, sinkEnded.promise])
  expect(events).toEqual([])
})

test('an abort does not wait for a connection that does not come about', async () => {
  const controller = new AbortController()
  const asked = Promise.withResolvers<void>()
  // a name service that never answers
  const gets = createHttpGets({ connectMs: 10_000, lookup: () => asked.resolve() })
  onTestFinished(() => gets.close())
  const sources = { gets, guard: createAddressGuard({ allowPrivateAddresses: true }), userAgent: 'test' }
  const file = sourceFile({ source: 'https://files.example.org/' })
  const opening = openHttpSource(file, sources, controller.signal)
  await asked.promise
  controller.abort(new Error('shutting down'))

  await expect(opening).rejects.toMatchObject({ code: 'source_unavailable' })
}, 2000)

test('an abort does not wait for the pause between two tries', async () => {
  const controller = new AbortController()
  const { transfer } = setup({
    fileAttempts: 2,
    retryBaseMs: 60_000,
    emit: () => controller.abort(new Error('shutting down')),
  })
  const file = sourceFile({ source: 'http://127.0.0.1:1/', size: 1 })

  await expect(transfer.digest(file, options({ signal: controller.signal }))).rejects.toThrow('shutting down')
})

test('a lost lease stops the bytes at the next block, and is told as it is', async () => {
  const lost = new Failure('lease_lost', 'Another worker leads.')
  let blocks = 0
  const guard = () => {
    blocks += 1
    if (blocks === 3) throw lost
  }
  const sink = await startSink()
  const { transfer, events } = setup({ fileAttempts: 4 })

  const sending = transfer.send(
    sourceFile({ source: await endless(size), size }),
    targetAt(sink.url, size),
    options({ guard }),
  )

  await expect(sending).rejects.toBe(lost)
  expect(events).toEqual([])
  expect(blocks).toBe(3)
})

test('waiting to be admitted is no stall', async () => {
  const { transfer } = setup({ stallMs: 400 })
  const sink = await startSink()
  const source = await serve((_, response) => void response.end('abc'))
  const target = { ...targetAt(sink.url, 3), admit: () => delay(900) }

  await expect(transfer.send(sourceFile({ source, size: 3 }), target, options())).resolves.toHaveProperty('md5')
})
