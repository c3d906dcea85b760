/** How often is one file tried, and how long apart? Each try starts source and target anew: a stream is never re-sent. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Failure, isFailure } from '../core/failure.ts'
import { backoffMs } from '../core/outcome.ts'
import type { TransferOptions } from '../replication/ports/file-transfer.ts'

/** The only event of this room, as part of the service's events. */
export interface FileRetryEvent {
  readonly kind: 'file.retry'
  readonly path: string
  /** The try that failed, from 1. */
  readonly attempt: number
  readonly failure: Failure
}

interface AttemptPolicy {
  /** Tries in total. */
  readonly fileAttempts: number
  readonly retryBaseMs: number
  readonly emit: (event: FileRetryEvent) => void
}

const longestPauseMs = 60_000
/** A longer wait than this is the copy's, which gives its slot to others meanwhile. */
const longestWaitMs = 5 * 60_000

/** Runs `once` until it succeeds, fails for good, or its tries are used up. @throws the last failure or the signal's reason. */
export async function withAttempts<T>(
  policy: AttemptPolicy,
  job: { readonly path: string; readonly once: () => Promise<T> },
  options: TransferOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      options.signal.throwIfAborted()
      return await job.once()
    } catch (failure) {
      options.signal.throwIfAborted()
      if (!mayTryAgain(failure) || attempt >= policy.fileAttempts) throw failure
      policy.emit({ kind: 'file.retry', path: job.path, attempt, failure })
      options.onRetry?.(failure)
      await pause(pauseMs(policy, attempt, failure), options.signal)
      options.onProgress(0)
    }
  }
}

function mayTryAgain(error: unknown): error is Failure {
  return isFailure(error) && error.next === 'retry' && (error.retryAfterMs ?? 0) <= longestWaitMs
}

function pauseMs(policy: AttemptPolicy, attempt: number, failure: Failure): number {
  const limits = { attempts: policy.fileAttempts, baseMs: policy.retryBaseMs, maxMs: longestPauseMs }
  return backoffMs(attempt - 1, limits, { jitter: Math.random(), atLeastMs: failure.retryAfterMs })
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}
