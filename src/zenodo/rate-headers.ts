/** What do the headers of an answer say about pace? Reads `X-RateLimit-*`, `Retry-After` and `Date`; pure. */

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>

/** The part of an answer that pacing looks at; header names in lower case. */
export interface WireAnswer {
  readonly status: number
  readonly headers: WireHeaders
}

/** No wish of a server is followed for longer than this. */
const longestWishMs = 3_600_000

/** The first value of a header, or null. */
export function headerOf(headers: WireHeaders, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

/**
 * How long a refusing answer asks us to wait, in milliseconds up to an hour, or null when it does not say.
 * On a 503 the limiter's own headers speak of the rate limit and not of the outage, so they are no wish.
 */
export function retryAfterOf(answer: WireAnswer, wallMs: number): number | null {
  if (answer.status !== 429 && answer.status !== 503) return null
  const resetInMs = untilReset(answer.headers, wallMs)
  if (answer.status === 503 && resetInMs !== null) return null
  return retryAfterHeader(answer.headers, wallMs) ?? resetInMs
}

export interface RateWindow {
  readonly limit: number | null
  readonly remaining: number | null
  readonly resetInMs: number | null
}

/** What is left of the announced limit, and for how long. */
export function windowOf(answer: WireAnswer, wallMs: number): RateWindow {
  return {
    limit: numberOf(answer.headers, 'x-ratelimit-limit'),
    remaining: numberOf(answer.headers, 'x-ratelimit-remaining'),
    resetInMs: untilReset(answer.headers, wallMs),
  }
}

/** The reset is a time of Zenodo's clock; measured against the answer's own `Date`, a wrong clock here does not matter. */
function untilReset(headers: WireHeaders, wallMs: number): number | null {
  const resetSeconds = numberOf(headers, 'x-ratelimit-reset')
  if (resetSeconds === null) return null
  const theirNow = Date.parse(headerOf(headers, 'date') ?? '')
  return bounded(resetSeconds * 1000 - (Number.isNaN(theirNow) ? wallMs : theirNow))
}

function retryAfterHeader(headers: WireHeaders, wallMs: number): number | null {
  const seconds = numberOf(headers, 'retry-after')
  if (seconds !== null) return bounded(seconds * 1000)
  const date = Date.parse(headerOf(headers, 'retry-after') ?? '')
  return Number.isNaN(date) ? null : bounded(date - wallMs)
}

function numberOf(headers: WireHeaders, name: string): number | null {
  const text = headerOf(headers, name)?.trim()
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), longestWishMs)
}
