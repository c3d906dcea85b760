/** Who goes next when the limit is reached? */
import { expect, test } from 'vitest'
import { createPacer } from '../../src/zenodo/pacer.ts'

const forEver = new AbortController().signal

function silenced(seconds: string, perMinute = 100) {
  const pacer = createPacer({ perMinute, perHour: 1000 })
  pacer.observe({ status: 429, headers: { 'retry-after': seconds } })
  return pacer
}

test('lets waiting requests go in the order they came', async () => {
  const pacer = silenced('0.2')
  const order: number[] = []
  await Promise.all([1, 2, 3, 4].map((turn) => pacer.admit(forEver).then(() => order.push(turn))))
  expect(order).toEqual([1, 2, 3, 4])
})

test('lets a request that is told to stop leave the queue without using up a turn', async () => {
  const pacer = silenced('0.2', 1)
  const stop = new AbortController()
  const reason = new Error('stop')
  const first = pacer.admit(stop.signal)
  const second = pacer.admit(forEver)
  stop.abort(reason)
  await expect(first).rejects.toBe(reason)
  await second
})

test('turns a request away that is told to stop before it comes', async () => {
  const reason = new Error('stop')
  await expect(silenced('600').admit(AbortSignal.abort(reason))).rejects.toBe(reason)
})

test('lets waiting requests go at once when an answer announces a larger limit', async () => {
  const pacer = createPacer({ perMinute: 1, perHour: 1000 })
  await pacer.admit(forEver)
  const waiting = pacer.admit(forEver)
  pacer.observe({ status: 200, headers: { 'x-ratelimit-limit': '100' } })
  await waiting
})

test('says whether requests wait', async () => {
  const pacer = silenced('0.2')
  expect(pacer.isHeldUp()).toBe(false)
  const waiting = pacer.admit(forEver)
  expect(pacer.isHeldUp()).toBe(true)
  await waiting
  expect(pacer.isHeldUp()).toBe(false)
})

test('lets what can wait go only when nothing else waits', async () => {
  const pacer = silenced('0.2')
  const order: string[] = []
  const behind = pacer.background.admit(forEver).then(() => order.push('job'))
  const first = [1, 2].map((turn) => pacer.admit(forEver).then(() => order.push(`copy ${turn}`)))
  await Promise.all([behind, ...first])
  expect(order).toEqual(['copy 1', 'copy 2', 'job'])
})

test('what can wait leaves half of the minute to others, who go at once', async () => {
  const pacer = createPacer({ perMinute: 4, perHour: 1000 })
  for (const _ of [1, 2]) await pacer.background.admit(forEver)
  const stop = new AbortController()
  const third = pacer.background.admit(stop.signal)
  for (const _ of [1, 2]) await pacer.admit(forEver)
  expect(pacer.isHeldUp()).toBe(false)
  stop.abort(new Error('enough'))
  await expect(third).rejects.toThrow('enough')
})
