/**
 * Do small copies get through while giants are on their way? The log jam of a slow link, hours of it: the real table and the
 * rule of the worker, with a link and a clock that are calculated.
 */
import { expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { type RoomSettings, roomFor } from '../../src/worker/room.ts'
import { type Bench, createBench, settleOne } from '../db/setup.ts'

const minute = 60
const hour = 60 * minute
const megabyte = 1e6
const giantBytes = 45e9
/** When the clock begins: long ago, so that all of it is past. */
const firstMs = Date.parse('2026-01-01T00:00:00Z')
/** Bytes a second: of the line, and of one copy. */
const line = { all: 12 * megabyte, one: 5 * megabyte }

/** Times are seconds. */
interface Arrival {
  readonly at: number
  readonly bytes: number
  readonly type: CopyType
}

interface Started extends Arrival {
  readonly startedAt: number
  readonly endedAt: number
}

/** Five of 45 GB within five minutes, and two hundred of 20 to 800 MB over six hours. @param random from 0 to 1 */
function logJam(random: () => number): Arrival[] {
  const giants = Array.from({ length: 5 }, (_, turn) => ({ at: turn * minute, bytes: giantBytes }))
  const small = Array.from({ length: 200 }, () => ({ at: random() * 6 * hour, bytes: 20 * megabyte * 40 ** random() }))
  return [...giants, ...small]
    .map(({ at, bytes }) => ({ at, bytes: Math.round(bytes), type: 'data' as const }))
    .sort((a, b) => a.at - b.at)
}

/** Enqueues what arrives, claims as the worker does whenever something may have changed, and lets the line carry the bytes. */
async function play(bench: Bench, settings: RoomSettings, arrivals: readonly Arrival[]): Promise<Started[]> {
  const proof = await bench.lead()
  const waiting = new Map<number, Arrival>()
  const running = new Map<number, Arrival & { readonly startedAt: number; left: number }>()
  const done: Started[] = []
  let now = 0
  let next = 0
  const fill = async () => {
    const large = [...running.values()].filter(({ bytes }) => bytes >= settings.largeBytes).length
    const room = roomFor(settings, { copies: running.size, large })
    if (room === null || waiting.size === 0) return
    for (const id of await bench.claim(proof, room)) {
      const arrival = waiting.get(id)!
      waiting.delete(id)
      running.set(id, { ...arrival, startedAt: now, left: arrival.bytes })
    }
  }
  while (next < arrivals.length || running.size > 0) {
    const pace = Math.min(line.one, line.all / Math.max(1, running.size))
    const firstEnd = Math.min(...[...running.values()].map(({ left }) => now + left / pace))
    const until = Math.min(firstEnd, arrivals[next]?.at ?? Number.POSITIVE_INFINITY)
    for (const one of running.values()) one.left -= (until - now) * pace
    now = until
    for (const [id, one] of running) {
      if (one.left > 1) continue
      running.delete(id)
      done.push({ ...one, endedAt: now })
      await settleOne(bench.store.work, proof, {
        copyId: id,
        outcome: { kind: 'finished', attempt: true, messages: [] },
      })
    }
    for (; arrivals[next] !== undefined && arrivals[next]!.at <= now; next += 1) {
      const arrival = arrivals[next]!
      const [doi, runAfter] = [`10.5061/dryad.jam${next}`, new Date(firstMs + arrival.at * 1000).toISOString()]
      const draft = { doi, runAfter, types: [arrival.type], files: { 'a.bin': arrival.bytes } }
      waiting.set(await bench.add(draft), arrival)
    }
    await fill()
  }
  return done
}

/** The same numbers for a seed, from 0 to 1, evenly spread (Park and Miller's generator). */
function parkMiller(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

async function played(settings: RoomSettings, arrivals: readonly Arrival[]): Promise<Started[]> {
  const bench = await createBench('sqlite')
  try {
    return await play(bench, settings, arrivals)
  } finally {
    await bench.drop()
  }
}

it.each([1, 2, 3])(
  'in a log jam nineteen of twenty small copies begin within 4.6 minutes, with two giants at a time on their way (seed %i)',
  async (seed) => {
    const all = await played({ slots: 3, largeBytes: 5e9 }, logJam(parkMiller(seed)))
    const small = all.filter(({ bytes }) => bytes < giantBytes)
    const waits = small.map(({ at, startedAt }) => startedAt - at).sort((a, b) => a - b)
    expect(waits).toHaveLength(200)
    expect(waits[190 - 1]).toBeLessThan(4.6 * minute)
    // the giants pay for it with hours, and get through
    expect(Math.max(...all.map(({ endedAt }) => endedAt))).toBeLessThan(9 * hour)
  },
  60_000,
)

it('a giant gets its turn although more of what goes before it keeps coming than the line can carry', async () => {
  const stream = Array.from({ length: 180 }, (_, turn) => ({
    at: turn * 20 * minute,
    bytes: 9e9,
    type: 'software' as const,
  }))
  const giant = { at: hour, bytes: giantBytes, type: 'data' as const }
  const all = await played({ slots: 1, largeBytes: 1e12 }, [...stream.slice(0, 3), giant, ...stream.slice(3)])
  const [first, ...others] = all.filter(({ type }) => type === 'data')
  expect(others).toEqual([])
  const ahead = all.filter(({ startedAt }) => startedAt < first!.startedAt)
  // twenty hours of head start: ten for software, ten against data
  expect(Math.max(...ahead.map(({ at }) => at))).toBeLessThanOrEqual(giant.at + 20 * hour)
  expect(all.length - ahead.length).toBeGreaterThan(100)
})
