/** How do several files go at once? A few workers take from one list; the first failure stops them all. */

/** @throws the first failure, after every other call has ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const failures: unknown[] = []
  const queue = items.values()
  const lane = async () => {
    for (const item of queue) {
      if (either.aborted) return
      try {
        await work(item, either)
      } catch (error) {
        failures.push(error)
        stop.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane))
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
