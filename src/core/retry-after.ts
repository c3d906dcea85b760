/** When does a server want to be asked again? No clock here. */

/**
 * The wish of a `Retry-After` header (RFC 9110 section 10.2.3: seconds or a date), or nothing when it is not readable.
 * @param longestMs a wish for more is followed for so long: a date in a thousand years would put it away for good
 * @param now milliseconds since 1970
 */
export function retryAfterMs(
  header: string | string[] | undefined,
  { longestMs, now }: { readonly longestMs: number; readonly now: number },
): { retryAfterMs?: number } {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (text === undefined || text === '') return {}
  if (/^\d{1,9}$/.test(text)) return { retryAfterMs: Math.min(Number(text) * 1000, longestMs) }
  const at = Date.parse(text)
  return Number.isNaN(at) ? {} : { retryAfterMs: Math.min(Math.max(0, at - now), longestMs) }
}
