/** Which calls are made again, when, and how often? Only those whose repetition cannot do harm. */
import pRetry from 'p-retry'
import { isFailure } from '../core/failure.ts'
import { attempt, type Wire } from './request.ts'
import type { ZenodoRequest } from './requests.ts'
import type { Answer } from './responses.ts'

/** A longer wish of Zenodo is left to the copy's own retry, which holds no slot while it waits. */
const longestWaitMs = 60_000

/**
 * Makes a call, and makes it again while its outcome is open and repeating is safe.
 * @param read turns a 2xx into a value. @throws Failure; the signal's reason when it aborts.
 */
export async function call<T>(
  wire: Wire,
  request: ZenodoRequest,
  read: (answer: Answer) => T,
  signal: AbortSignal,
): Promise<T> {
  const work = () => attempt(wire, request, read, signal)
  return request.repeatable ? repeated(wire, { work }, signal) : work()
}

export interface Repetition<T> {
  readonly work: () => Promise<T>
  /** Failures worth another try besides those that leave the outcome open. */
  readonly also?: (error: Error) => boolean
}

/** Runs `work` until it succeeds, fails for good, or has used up its tries. */
export async function repeated<T>(wire: Wire, { work, also }: Repetition<T>, signal: AbortSignal): Promise<T> {
  return pRetry(work, {
    retries: wire.retries,
    minTimeout: wire.retryBaseMs,
    maxTimeout: longestWaitMs,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => isWorthATry(error) || also?.(error) === true,
  })
}

function isWorthATry(error: Error): boolean {
  if (!isFailure(error, 'zenodo_unavailable', 'zenodo_unexpected_answer')) return false
  return error.retryAfterMs === null || error.retryAfterMs <= longestWaitMs
}
