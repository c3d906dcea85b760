/** When does a server want to be asked again? */

/** A wish for longer is followed for so long: a date in a thousand years would put a copy away for good. */
const longestWishMs = 3_600_000

/** The wish of a `Retry-After` header (RFC 9110 section 10.2.3: seconds or a date), or nothing when it is not readable. */
export function retryAfterMs(header: string | string[] | undefined): { retryAfterMs?: number } {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (text === undefined || text === '') return {}
  if (/^\d{1,9}$/.test(text)) return { retryAfterMs: Math.min(Number(text) * 1000, longestWishMs) }
  const at = Date.parse(text)
  return Number.isNaN(at) ? {} : { retryAfterMs: Math.min(Math.max(0, at - Date.now()), longestWishMs) }
}
