/** What comes in, what is done, and what waits? Sums over the table. Types only; times are ISO, by the database's clock. */
import type { Amount, Pace, Work } from '../../core/backlog.ts'
import type { CopyState } from '../../core/copy.ts'

export interface FlowRequest {
  readonly unit: 'hour' | 'day'
  /** So many of them, of which the last one is not over. */
  readonly spans: number
}

/** Beginning of a span, as `2026-11-24T08` or `2026-11-24`, UTC. */
export interface SpanSum extends Amount {
  readonly span: string
}

/** Of what is not finished or cancelled: how large, and how long it has been there; the places in `sizeBounds` and `waitBounds`. */
export interface OpenSum extends Work {
  readonly state: CopyState
  readonly size: number
  readonly wait: number
}

export interface FlowSums {
  readonly now: string
  readonly enqueued: readonly SpanSum[]
  readonly finished: readonly SpanSum[]
  readonly cancelled: readonly SpanSum[]
  readonly open: readonly OpenSum[]
  /** Of the last day, or of the time since the first copy that was finished in it. */
  readonly pace: Pace
}

/** Bytes below which a copy is of that size; beyond the last: the largest. */
export const sizeBounds = [1e6, 1e8, 1e9, 1e10, 1e11] as const
/** Hours below which a copy has waited so long. */
export const waitBounds = [1, 6, 24, 168, 720] as const
