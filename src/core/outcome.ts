/** What does a failed run mean for its copy: again later, a person must look, or not its fault? Backoff lives here. */
import type { Failure } from './failure.ts'
import type { FailureCode } from './failure-codes.ts'

export interface RetryPolicy {
  /** Runs that may fail before a copy is in error. */
  readonly attempts: number
  readonly baseMs: number
  readonly maxMs: number
}

export interface FailedRun {
  /** Attempts that ended before this run. */
  readonly attempts: number
  /** Whether work at Zenodo had begun: guard refusals cost no attempt. */
  readonly started: boolean
  /** 0 to 1, from the caller: the rules know no randomness. */
  readonly jitter: number
}

export type Verdict =
  | { readonly kind: 'retry'; readonly failure: Failure; readonly delayMs: number }
  | { readonly kind: 'error'; readonly failure: Failure; readonly attempt: boolean }
  | { readonly kind: 'released'; readonly reason: string; readonly delayMs: number }

/** Exponential, at most `maxMs`, between half and all of it by the jitter; never sooner than we were told. */
export function backoffMs(
  failedBefore: number,
  policy: RetryPolicy,
  hint: { jitter: number; atLeastMs: number | null },
): number {
  const full = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(failedBefore, 30))
  return Math.round(Math.max(full * (0.5 + hint.jitter / 2), hint.atLeastMs ?? 0))
}

const nobodysFault: readonly FailureCode[] = ['zenodo_rate_limited', 'order_changed', 'database_unreachable']

/** The verdict on one failed run. A refused token, a rate limit, a late predecessor or a lost database cost no attempt. */
export function outcomeOf(failure: Failure, run: FailedRun, policy: RetryPolicy): Verdict {
  const delayMs = backoffMs(run.attempts, policy, { jitter: run.jitter, atLeastMs: failure.retryAfterMs })
  if (failure.next === 'halt' || nobodysFault.includes(failure.code)) {
    return {
      kind: 'released',
      reason: failure.code,
      delayMs: failure.retryAfterMs ?? (failure.next === 'halt' ? 0 : delayMs),
    }
  }
  if (failure.next === 'retry' && run.attempts + 1 < policy.attempts) return { kind: 'retry', failure, delayMs }
  return { kind: 'error', failure, attempt: run.started }
}
