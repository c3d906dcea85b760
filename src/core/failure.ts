/** How is a failure told? A code, a sentence about what happened to which thing, and what to do next. */
import { type FailureCode, failureCodes, type Next } from './failure-codes.ts'
import { redact } from './redact.ts'

export interface FailureOptions {
  /** The error that led here. Never shown to people as it is: it may hold addresses with secrets. */
  readonly cause?: unknown
  /** Zenodo's or the source's own wish, in milliseconds. */
  readonly retryAfterMs?: number
  /** In place of the hint of the code, where that does not fit. */
  readonly hint?: string
  /** Structured context for machines: ids, names, sizes. Never tokens or query strings of sources. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** Everything we refuse or give up on. Match on `code`. */
export class Failure extends Error {
  readonly code: FailureCode
  readonly retryAfterMs: number | null
  readonly details: Readonly<Record<string, unknown>>
  /** What a person can do, in one or two sentences. */
  readonly hint: string

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.code = code
    this.retryAfterMs = options.retryAfterMs ?? null
    this.details = options.details ?? {}
    this.hint = options.hint ?? failureCodes[code][1]
  }

  /** Who moves on from here: see `failureCodes`. */
  get next(): Next {
    return failureCodes[this.code][0]
  }
}

/** The hint for a stored error code; codes of older releases get a general one. */
export function hintFor(code: string): string {
  const known: Readonly<Record<string, readonly [Next, string]>> = failureCodes
  return known[code]?.[1] ?? 'Look at the event log of the copy, then requeue it.'
}

/** Any thrown thing as a Failure: what we did not foresee is an `internal_error`, with the original as cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const text = error instanceof Error ? error.message : String(error)
  return new Failure('internal_error', redact(`Unexpected: ${text}`), { cause: error })
}

/** Whether this is a failure with one of the codes. */
export function isFailure(error: unknown, ...codes: readonly FailureCode[]): error is Failure {
  return error instanceof Failure && (codes.length === 0 || codes.includes(error.code))
}
