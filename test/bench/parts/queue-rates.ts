/** How many jobs a second? Measured while they go, for no longer than was asked for. */
import type { QueueJob } from '../contender.ts'

/** As many go into the queue with one call, where a queue has one. */
const bulk = 500

/** Does a step after the other, each of which says how many it did, until `count` are done or the time is up. */
export async function ratePerSecond(count: number, seconds: number, step: (done: number) => Promise<number>) {
  const start = performance.now()
  let done = 0
  while (done < count && performance.now() - start < seconds * 1000) {
    const more = await step(done)
    if (more === 0) throw new Error(`nothing more to do after ${done} of ${count}`)
    done += more
  }
  return done / ((performance.now() - start) / 1000)
}

/** For queues that call back: from the first call to the last, so that the start of their worker does not count. */
export async function rateOfCalls(
  count: number,
  seconds: number,
  start: (onJob: () => void) => Promise<() => Promise<unknown>>,
): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  let done = 0
  let first = 0
  const stop = await start(() => {
    const now = performance.now()
    if (done === 0) first = now
    done += 1
    if (done === count || now - first > seconds * 1000) resolve((done - 1) / ((now - first) / 1000))
  })
  const rate = await promise
  await stop()
  return rate
}

/** One at a time, then all of `many` in bulk. */
export async function enqueueRates(
  { single, many, seconds }: QueueJob,
  add: { readonly one: () => Promise<unknown>; readonly several: (count: number) => Promise<unknown> },
) {
  const one = () => add.one().then(() => 1)
  const several = (done: number) => {
    const count = Math.min(bulk, many - done)
    return add.several(count).then(() => count)
  }
  const enqueueSingle = await ratePerSecond(single, seconds, one)
  // all of them, however long it takes: they are worked through afterwards
  const enqueueBulk = await ratePerSecond(many, Number.POSITIVE_INFINITY, several)
  return { enqueueSingle, enqueueBulk }
}
