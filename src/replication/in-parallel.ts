/** How do several files go at once? From one list, as many at a time as the width says; the first failure stops them all. */

/**
 * @param width how many calls may be under way, at least 1; asked again whenever one has ended or says that it is wider.
 * @throws the first failure, after every other call has ended.
 */
export async function inParallel<T>(
  items: readonly T[],
  width: () => number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal, wider: () => void) => Promise<void>,
): Promise<void> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const failures: unknown[] = []
  const underway = new Set<Promise<void>>()
  let bell = Promise.withResolvers<void>()
  const wider = () => {
    bell.resolve()
    bell = Promise.withResolvers()
  }
  const run = async (item: T) => {
    try {
      await work(item, either, wider)
    } catch (error) {
      failures.push(error)
      stop.abort(error)
    }
  }
  for (const item of items) {
    while (underway.size >= width()) await Promise.race([...underway, bell.promise])
    if (either.aborted) break
    const call = run(item).then(() => void underway.delete(call))
    underway.add(call)
  }
  await Promise.all(underway)
  signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
