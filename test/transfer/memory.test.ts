/** Does a large file pass in constant memory, when the receiver is slower than the source? */
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { endless } from './raw-http.ts'
import { failureOf, options, serve, serveRaw, setup, sourceFile, targetAt } from './setup.ts'

const MiB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

test('300 MiB pass without gathering in memory', async () => {
  const size = 300 * MiB
  const block = Buffer.alloc(MiB, 'x')
  const source = await serve((_, response) => {
    response.writeHead(200, { 'content-length': size })
    let left = size / MiB
    const pump = () => {
      while (left > 0 && response.write(block)) left -= 1
      if (left === 0) response.end()
      else left -= 1
    }
    response.on('drain', pump)
    pump()
  })
  let received = 0
  const sink = await serve((request, response) => {
    request.on('data', (part: Buffer) => {
      received += part.length
    })
    // the checksum of the synthetic stream is of no interest here: the answer is another one
    request.on('end', () => response.writeHead(201).end(JSON.stringify({ size, checksum: 'md5:0' })))
  })
  const { transfer } = setup()
  const before = held()
  let most = 0
  let next = 0
  const onProgress = (bytes: number) => {
    if (bytes < next) return
    next += 16 * MiB
    most = Math.max(most, held())
  }

  const failure = await failureOf(
    transfer.send(sourceFile({ source, size }), targetAt(sink, size), options({ onProgress })),
  )

  expect(failure.code).toBe('stored_differently')
  expect(received).toBe(size)
  expect(most - before).toBeLessThan(size / 2)
})

test('a receiver that takes nothing holds the source back', async () => {
  const size = 2_000_000_000
  const sink = await serveRaw((socket) => void socket.pause())
  const { transfer } = setup({ stallMs: 500 })
  const recorded = options()
  const before = held()

  const failing = failureOf(
    transfer.send(sourceFile({ source: await endless(size), size }), targetAt(sink, size), recorded),
  )
  await delay(400)

  expect(held() - before).toBeLessThan(50 * MiB)
  // what the kernel's socket buffers took, and no more
  expect(recorded.progress.at(-1) ?? 0).toBeLessThan(50 * MiB)
  expect((await failing).code).toBe('transfer_stalled')
})

/** What is still referred to: garbage that nobody has collected yet says nothing. */
function held(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
