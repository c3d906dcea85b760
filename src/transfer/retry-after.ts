/** When does a server want to be asked again? */

/** The wish of a `Retry-After` header (RFC 9110 section 10.2.3: seconds or a date), or nothing when it is not readable. */
export function retryAfterMs(header: string | string[] | undefined): { retryAfterMs?: number } {
  const text = (Array.isArray(header) ? header[0] : header)?.trim()
  if (text === undefined || text === '') return {}
  if (/^\d{1,9}$/.test(text)) return { retryAfterMs: Number(text) * 1000 }
  const at = Date.parse(text)
  return Number.isNaN(at) ? {} : { retryAfterMs: Math.max(0, at - Date.now()) }
}
