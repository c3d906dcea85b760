/** When may a candidate take the lease over, and how long may a holder trust it? No clock here: ages are handed in. */

export interface LeaseSighting {
  readonly holder: string | null
  /** Milliseconds, by this process's monotonic clock, for which holder, term and beat have not changed. */
  readonly unchangedMs: number
  /** By the database's clock. */
  readonly expired: boolean
  /** How long ago it expired, by the database's clock; negative while it has not. */
  readonly overMs: number
  /** The holder ran on this host and boot, and its process is gone. */
  readonly holderIsGone: boolean
}

/** Renewals happen every third of the time to live. */
export function renewEveryMs(ttlMs: number): number {
  return ttlMs / 3
}

/** How long one statement about the lease may stay without an answer: a second try over another connection must still be in time. */
export function answerMs(ttlMs: number): number {
  return ttlMs / 6
}

/** Local trust ends this long after the start of the last successful renewal: a tenth of the TTL early. */
export function trustMs(ttlMs: number): number {
  return ttlMs - Math.min(3000, ttlMs / 10)
}

/**
 * The rules, in words: released · its process on this host is dead · expired for a whole TTL and quiet (cold start) ·
 * expired and unchanged for a TTL (normal) · unchanged for three TTLs whatever the database's clock says (it went back).
 */
export function mayTakeOver(seen: LeaseSighting, ttlMs: number): boolean {
  if (seen.holder === null || seen.holderIsGone) return true
  if (seen.unchangedMs >= 1.5 * renewEveryMs(ttlMs) && seen.overMs >= ttlMs) return true
  if (seen.unchangedMs >= ttlMs && seen.expired) return true
  return seen.unchangedMs >= 3 * ttlMs
}
