/**
 * When may the next request go to Zenodo? A pure calculator: the requests of the last hour and what the answers said in,
 * a delay out.
 *
 * Zenodo counts in a moving window per client address and User-Agent. Documented for tokens: 100 a minute and 5,000 an
 * hour (developers.zenodo.org, rate limiting); production has been seen to announce other figures (eblondel/zen4R#142),
 * so the documented ones are where we start and the announced ones what we follow.
 */
import type { RateLimit, ZenodoHealth } from '../replication/ports/depositions.ts'
import { retryAfterOf, type WireAnswer, windowOf } from './rate-headers.ts'

/** What an answer said of a window. */
interface Told {
  readonly remaining: number
  readonly resetsAt: number
}

/** All times are milliseconds of one clock that never jumps, such as `performance.now()`. */
export interface PacingState {
  readonly perMinute: number
  readonly perHour: number
  /** When requests went out, oldest first, of about the last hour. */
  readonly sentAt: readonly number[]
  /** What the last answer said is left until `resetsAt`, less what has been sent since. */
  readonly budget: Told | null
  /** The last words about each window, for people. */
  readonly told: { readonly minute: Told | null; readonly hour: Told | null }
  /** Zenodo asked for silence until then. */
  readonly silentUntil: number
}

const minuteMs = 60_000
const hourMs = 3_600_000
/** Resets are told in whole seconds, rounded up. */
const roundingMs = 2000
/** Zenodo counts a request when it arrives, and one may overtake another on its way: so much longer than its window each is counted here. */
const onTheWayMs = 2000
/** A 429 that does not say how long: a quarter of the shortest window. */
const unsaidMs = 15_000
/** A 503 halts one minute at most; a longer wish is for the copy's own retry, which holds no slot while it waits. */
const longestPauseMs = minuteMs

/** @param limits requests per minute and hour to start from; values below 1 count as 1. */
export function startPacing(limits: { readonly perMinute: number; readonly perHour: number }): PacingState {
  return {
    perMinute: wholeLimit(limits.perMinute),
    perHour: wholeLimit(limits.perHour),
    sentAt: [],
    budget: null,
    told: { minute: null, hour: null },
    silentUntil: Number.NEGATIVE_INFINITY,
  }
}

/**
 * Milliseconds until a request may go; 0: now.
 * @param share of each limit that may be used: the rest stays for others
 */
export function delayBefore(state: PacingState, now: number, share = 1): number {
  const [perMinute, perHour] = [wholeLimit(state.perMinute * share), wholeLimit(state.perHour * share)]
  const spent = state.budget !== null && state.budget.remaining <= state.perMinute - perMinute
  return Math.max(
    0,
    state.silentUntil - now,
    windowDelay(state.sentAt, { limit: perMinute, windowMs: minuteMs, now }),
    windowDelay(state.sentAt, { limit: perHour, windowMs: hourMs, now }),
    spent ? state.budget.resetsAt - now : 0,
  )
}

/** The state once a request has gone out. */
export function afterSending(state: PacingState, now: number): PacingState {
  const sentAt = [...state.sentAt.filter((at) => at > now - hourMs - onTheWayMs), now]
  const budget = state.budget === null ? null : { ...state.budget, remaining: state.budget.remaining - 1 }
  return { ...state, sentAt, budget }
}

/** The state once an answer has come. @param wallMs the wall clock, to read times that Zenodo gives as dates. */
export function afterAnswer(state: PacingState, answer: WireAnswer, at: { now: number; wallMs: number }): PacingState {
  return pausedBy(adopting(state, answer, at), answer, at)
}

/**
 * The announced limit is the per-minute one, but in a 429 it is the one that was broken, which may be the hourly one: a
 * refusal can therefore lower our limits, never raise them.
 */
function adopting(state: PacingState, answer: WireAnswer, at: { now: number; wallMs: number }): PacingState {
  const { limit, remaining, resetInMs } = windowOf(answer, at.wallMs)
  const budget = remaining === null || resetInMs === null ? null : { remaining, resetsAt: at.now + resetInMs }
  const hourly = resetInMs !== null && resetInMs > minuteMs + roundingMs
  const told = budget === null ? state.told : { ...state.told, [hourly ? 'hour' : 'minute']: budget }
  const next = { ...state, budget: budget ?? state.budget, told }
  if (limit === null || limit < 1) return next
  if (answer.status === 429) return { ...next, perMinute: Math.min(state.perMinute, wholeLimit(limit)) }
  return hourly ? { ...next, perHour: wholeLimit(limit) } : { ...next, perMinute: wholeLimit(limit) }
}

/** Retry-After stands on successes too (flask-limiter), and is then no reason to wait. */
function pausedBy(state: PacingState, answer: WireAnswer, at: { now: number; wallMs: number }): PacingState {
  const wish = retryAfterOf(answer, at.wallMs)
  if (answer.status === 429) return silent(state, at.now + (wish ?? unsaidMs))
  if (answer.status === 503 && wish !== null) return silent(state, at.now + Math.min(wish, longestPauseMs))
  return state
}

function silent(state: PacingState, until: number): PacingState {
  return { ...state, silentUntil: Math.max(state.silentUntil, until) }
}

/** In a moving window a request may go once the `limit`-th last one has left it for sure. */
function windowDelay(
  sentAt: readonly number[],
  window: { readonly limit: number; readonly windowMs: number; readonly now: number },
): number {
  const blocking = sentAt[sentAt.length - window.limit]
  return blocking === undefined ? 0 : blocking + window.windowMs + onTheWayMs - window.now
}

function wholeLimit(limit: number): number {
  return Math.max(1, Math.floor(limit))
}

/** What is known of the limits. @param at.wallMs the wall clock, to tell people when a window ends */
export function rateLimitsOf(state: PacingState, at: { now: number; wallMs: number }): ZenodoHealth['rateLimit'] {
  const of = (limit: number, windowMs: number, told: Told | null): RateLimit => {
    const sent = state.sentAt.filter((sentAt) => sentAt > at.now - windowMs).length
    if (told === null || told.resetsAt <= at.now) return { limit, remaining: null, resetsAt: null, sent }
    const resetsAt = new Date(at.wallMs + told.resetsAt - at.now).toISOString()
    return { limit, remaining: told.remaining, resetsAt, sent }
  }
  const { perMinute, perHour, told } = state
  return { minute: of(perMinute, minuteMs, told.minute), hour: of(perHour, hourMs, told.hour) }
}
