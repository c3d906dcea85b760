/** How many files of a copy are on their way at once? Counted at the source, which answers when the test lets it. */
import type { ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pieceBytes } from '../../src/core/flight.ts'
import { sendInFlight } from '../../src/replication/files-in-flight.ts'
import { databases } from '../support/database.ts'
import type { SourceServer } from '../support/source-server.ts'
import { createWorld } from '../support/world.ts'

const filesOf = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}.txt`, `file ${n}`]))

/** The machine may be busy with other tests. */
const patiently = { timeout: 20_000 }

/** Holds every request for these files of a first version. */
function holdAll(source: SourceServer, files: Readonly<Record<string, string>>) {
  let held: Array<() => void> = []
  let open = false
  let most = 0
  for (const [name, content] of Object.entries(files)) {
    const answer = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': Buffer.byteLength(content) }).end(content)
    }
    const handler = (_request: unknown, response: ServerResponse) => {
      if (open) return answer(response)
      held.push(() => answer(response))
      most = Math.max(most, held.length)
    }
    source.misbehave(`software/v1/${name}`, handler, Number.POSITIVE_INFINITY)
  }
  return {
    held: () => held.length,
    /** The most since it was asked last. */
    most: () => {
      const seen = most
      most = held.length
      return seen
    },
    release(count = held.length) {
      const now = held.slice(0, count)
      held = held.slice(count)
      for (const go of now) go()
    },
    openAll() {
      open = true
      this.release()
    },
  }
}

describe.each([
  { limit: 'is not reached', isHeldUp: false, most: 8 },
  { limit: 'has requests waiting', isHeldUp: true, most: 4 },
])('while the rate limit $limit', ({ isHeldUp, most }) => {
  it(`${most} of 12 files are in flight at once`, async () => {
    let underway = 0
    let seen = 0
    const options = {
      bounds: { from: 4, most: 8 },
      largest: 1,
      signal: new AbortController().signal,
      now: () => performance.now(),
      isHeldUp: () => isHeldUp,
    }
    await sendInFlight(Object.keys(filesOf(12)), options, async () => {
      underway += 1
      seen = Math.max(seen, underway)
      await setImmediate()
      underway -= 1
      return 1
    })
    expect(seen).toBe(most)
  })
})

it('large files do not have to be through before more are begun', async () => {
  const gate = Promise.withResolvers<void>()
  const begun: Array<(bytes: number) => void> = []
  const options = {
    bounds: { from: 4, most: 8 },
    largest: 10 * pieceBytes,
    signal: new AbortController().signal,
    now: () => performance.now(),
    isHeldUp: () => false,
  }
  const size = 10 * pieceBytes
  const sending = sendInFlight(Object.keys(filesOf(12)), options, async (_file, { onProgress }) => {
    begun.push(onProgress)
    await gate.promise
    return size
  })
  await expect.poll(() => begun.length, patiently).toBe(4)
  for (const progress of begun.slice(0, 3)) progress(pieceBytes)
  begun[3]?.(pieceBytes - 1)
  await setImmediate()
  expect(begun.length).toBe(4)
  begun[3]?.(pieceBytes)
  await expect.poll(() => begun.length, patiently).toBe(8)
  gate.resolve()
  await sending
  expect(begun.length).toBe(12)
})

describe.each(databases)('files of a copy in flight on %s', (kind) => {
  const begin = async (count: number, config: Record<string, unknown>) => {
    const world = await createWorld(kind, { config })
    onTestFinished(() => world.close())
    const files = filesOf(count)
    const source = holdAll(world.source, files)
    const { software } = await world.enqueue({ software: files }, 'software')
    const working = world.work()
    const finish = async () => {
      source.openAll()
      await working
      return world.copy(software!.id)
    }
    return { world, source, finish }
  }

  it('are twice worker.filesInFlight at the start when all are small, and then more', async () => {
    const { source, finish } = await begin(26, { 'worker.filesInFlight': 4 })
    await expect.poll(source.held, patiently).toBe(8)
    source.release()
    await expect.poll(source.held, patiently).toBe(16)
    expect(await finish()).toMatchObject({ state: 'finished', attempts: 1 })
  })

  it('are never more than worker.filesInFlightMost', async () => {
    const { source, finish } = await begin(12, { 'worker.filesInFlight': 2, 'worker.filesInFlightMost': 5 })
    await expect.poll(source.held, patiently).toBe(4)
    source.release()
    await expect.poll(source.held, patiently).toBe(5)
    source.release()
    await expect.poll(source.held, patiently).toBe(3)
    expect(source.most()).toBe(5)
    expect(await finish()).toMatchObject({ state: 'finished' })
  })

  it('are half as many after a 429, and then one more with each round', async () => {
    const eight = { 'worker.filesInFlight': 8, 'worker.filesInFlightMost': 8 }
    const { world, source, finish } = await begin(20, eight)
    await expect.poll(source.held, patiently).toBe(8)
    const refusal = { status: 429, headers: { 'Retry-After': '0' }, body: { status: 429, message: 'slow down' } }
    await world.zenodo.fault({ match: { method: 'PUT', path: '/f\\d+.txt' }, ...refusal })
    source.release(1)
    await expect.poll(() => world.events.some((event) => event.kind === 'file.retry'), patiently).toBe(true)
    // the refused one comes again
    await expect.poll(source.held, patiently).toBe(8)
    expect(source.most()).toBe(8)
    source.release()
    source.most()
    await expect.poll(source.held, patiently).toBe(4)
    source.release()
    await expect.poll(source.held, patiently).toBe(5)
    expect(source.most()).toBe(5)
    expect(await finish()).toMatchObject({ state: 'finished', attempts: 1 })
  })
})
