/** Do all bytes come through, in order, whatever the sizes of blocks and of the room for them? */
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readerOf } from '../../src/transfer/byte-reader.ts'

const blocks = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 50 }), pauses: fc.nat(2) }), { maxLength: 20 })

test('blocks of any size and pace are read whole into room of any size', async () => {
  await fc.assert(
    fc.asyncProperty(blocks, fc.integer({ min: 1, max: 80 }), async (given, room) => {
      // as the checked bytes of an archive's member do: the memory of a block is used again once the next is asked for
      const memory = new Uint8Array(50)
      async function* made() {
        for (const { bytes, pauses } of given) {
          for (let pause = 0; pause < pauses; pause += 1) await eventLoopTurn()
          memory.set(bytes)
          yield memory.subarray(0, bytes.length)
        }
      }
      const reader = readerOf(made())
      const read: number[] = []
      const into = new Uint8Array(room)
      for (let count = await reader.read(into); count > 0; count = await reader.read(into)) {
        read.push(...into.subarray(0, count))
      }
      expect(read).toEqual(given.flatMap(({ bytes }) => [...bytes]))
      expect(await reader.read(into)).toBe(0)
    }),
  )
})

test('what is there is handed over when the next block takes its time', async () => {
  const late = Promise.withResolvers<void>()
  async function* made() {
    yield new Uint8Array([1])
    yield new Uint8Array([2])
    await late.promise
    yield new Uint8Array([3])
  }
  const reader = readerOf(made())
  const into = new Uint8Array(10)

  expect(await reader.read(into)).toBe(2)
  late.resolve()
  expect(await reader.read(into)).toBe(1)
  expect(into[0]).toBe(3)
})

test('a source that breaks between two reads breaks the next one', async () => {
  async function* made() {
    yield new Uint8Array([1])
    await eventLoopTurn()
    await eventLoopTurn()
    throw new Error('cut')
  }
  const reader = readerOf(made())
  const into = new Uint8Array(10)

  expect(await reader.read(into)).toBe(1)
  await eventLoopTurn()
  await eventLoopTurn()
  await eventLoopTurn()
  await expect(reader.read(into)).rejects.toThrow('cut')
})
