/** How many requests are left? A moving window for each User-Agent and address, as Zenodo counts (flask-limiter). */
import { type Headers, HttpError } from './http-answer.ts'
import type { EmulatorSettings } from './settings.ts'

const HOUR_MS = 3_600_000

/** Who is counted, and against which limits. */
interface LimitedRequest {
  /** User-Agent and address; a token does not change it. */
  readonly client: string
  readonly isGuest: boolean
  /** Whether it is a search of the public records, which has a smaller limit of its own. */
  readonly isSearch: boolean
}

/** Counts requests. */
export interface RateLimiter {
  /** Counts a request and returns the headers of its answer. @throws HttpError 429 over a limit; it is not counted then. */
  count(request: LimitedRequest, settings: EmulatorSettings): Headers
  clear(): void
}

interface Limit {
  readonly key: string
  readonly count: number
  readonly windowMs: number
}

/** A limiter that has counted nothing. */
export function createRateLimiter(now: () => number = Date.now): RateLimiter {
  const windows = new Map<string, number[]>()

  /** Times still inside the window; each leaves it a full window after it was made. */
  const inside = ({ key, windowMs }: Limit, at: number): number[] => {
    const times = windows.get(key) ?? []
    const first = times.findIndex((time) => time > at - windowMs)
    const kept = first < 0 ? [] : first === 0 ? times : times.slice(first)
    windows.set(key, kept)
    return kept
  }

  return {
    count(request, settings) {
      const at = now()
      const limits = limitsFor(request, settings).map((limit) => ({ limit, times: inside(limit, at) }))
      const broken = limits.find(({ limit, times }) => times.length >= limit.count)
      if (broken) throw tooMany(broken.limit, broken.times, at)
      for (const { times } of limits) times.push(at)
      const [shown] = limits
      return shown ? limitHeaders(shown.limit, shown.times, at) : {}
    },
    clear: () => windows.clear(),
  }
}

/** The limits of a request; the first one is shown in the headers. */
function limitsFor({ client, isGuest, isSearch }: LimitedRequest, settings: EmulatorSettings): readonly Limit[] {
  const windowMs = settings.rateWindowSeconds * 1000
  const minute = isGuest ? settings.guestRequestsPerMinute : settings.requestsPerMinute
  const hour = isGuest ? settings.guestRequestsPerHour : settings.requestsPerHour
  const global = [
    { key: `minute ${client}`, count: minute, windowMs },
    { key: `hour ${client}`, count: hour, windowMs: HOUR_MS },
  ]
  const search = { key: `search ${client}`, count: settings.searchesPerMinute, windowMs }
  return (isSearch ? [search, ...global] : global).filter((limit) => limit.count > 0)
}

function limitHeaders({ count, windowMs }: Limit, times: readonly number[], at: number): Headers {
  const resetMs = (times[0] ?? at) + windowMs
  return {
    'x-ratelimit-limit': count,
    'x-ratelimit-remaining': Math.max(0, count - times.length),
    'x-ratelimit-reset': Math.ceil(resetMs / 1000),
    'retry-after': Math.max(1, Math.ceil((resetMs - at) / 1000)),
  }
}

function tooMany(limit: Limit, times: readonly number[], at: number): HttpError {
  const periods = new Map([
    [HOUR_MS, '1 hour'],
    [60_000, '1 minute'],
  ])
  const period = periods.get(limit.windowMs) ?? `${limit.windowMs / 1000} second`
  return new HttpError(429, `${limit.count} per ${period}`, { headers: limitHeaders(limit, times, at) })
}
