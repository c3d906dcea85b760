/** How does work that goes on and on come to an end, although something of it keeps arriving? */

/** What ended it: its name is told as the reason. */
class TooLong extends Error {
  override readonly name = 'TooLong'
}

/** Runs `work` with a signal that also aborts after `ms`. @throws what the work throws, `TooLong` among it */
export async function withinTime<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => controller.abort(new TooLong('It took too long in all.')), ms)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}
