/** How does waiting end at once when it is no longer wanted? */

/**
 * The promise, or the signal's reason as soon as it aborts. The HTTP client looks at its signal only once a connection
 * stands, which an address that swallows packets delays by the connect timeout.
 */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // whoever gives up waiting does not hear how the work ends
  work.catch(() => {})
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
