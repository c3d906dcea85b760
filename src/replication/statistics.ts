/** How does the work go? What came in and was done over time, what waits, how large and how long, and when it will be done. */
import { type Amount, backlogOver, type Estimate, estimate, type Flow, type Pace, type Work } from '../core/backlog.ts'
import type { Reading } from './ports/desk.ts'
import { type FlowRequest, type OpenSum, type SpanSum, sizeBounds, waitBounds } from './ports/flow.ts'

interface Span {
  /** ISO time of its beginning. */
  readonly from: string
  readonly enqueued: Amount
  readonly finished: Amount
  /** Open at its end, or now. */
  readonly backlog: Amount
}

/** Null: beyond the last bound. */
interface Class extends Amount {
  readonly below: number | null
}

export interface Statistics {
  readonly now: string
  readonly unit: FlowRequest['unit']
  readonly spans: Span[]
  /** Waiting or on their way. */
  readonly queued: Work & {
    /** By bytes. */
    readonly sizes: Class[]
    /** By hours since they came in. */
    readonly waits: Class[]
  }
  /** In error, or deferred by a person. */
  readonly stuck: Amount
  readonly pace: Pace
  /** Null: nothing was finished lately. */
  readonly estimate: Estimate | null
}

/** @param limitPerHour requests that Zenodo is asked at most */
export async function readStatistics(
  { flow }: Pick<Reading, 'flow'>,
  request: FlowRequest,
  limitPerHour: number,
): Promise<Statistics> {
  const { now, open, pace, ...came } = await flow(request)
  const starts = startsOf(now, request)
  const flows = starts.map(
    (span): Flow => ({
      enqueued: amountIn(came.enqueued, span),
      finished: amountIn(came.finished, span),
      cancelled: amountIn(came.cancelled, span),
    }),
  )
  const backlogs = backlogOver(added(open), flows)
  const queued = open.filter(({ state }) => state === 'enqueued' || state === 'replicating')
  const work = { ...added(queued), files: queued.reduce((sum, { files }) => sum + files, 0) }
  return {
    now,
    unit: request.unit,
    spans: starts.flatMap((span, index) => {
      const [one, backlog] = [flows[index], backlogs[index]]
      if (one === undefined || backlog === undefined) return []
      return [{ from: isoOf(span), enqueued: one.enqueued, finished: one.finished, backlog }]
    }),
    queued: { ...work, sizes: classes(queued, 'size', sizeBounds), waits: classes(queued, 'wait', waitBounds) },
    stuck: added(open.filter(({ state }) => state === 'error' || state === 'deferred')),
    pace,
    estimate: estimate(work, pace, limitPerHour),
  }
}

const lengths = { hour: 13, day: 10 } as const
const ms = { hour: 3_600_000, day: 86_400_000 } as const

function startsOf(now: string, { unit, spans }: FlowRequest): string[] {
  const last = Date.parse(now)
  return Array.from({ length: spans }, (_, index) =>
    new Date(last - (spans - 1 - index) * ms[unit]).toISOString().slice(0, lengths[unit]),
  )
}

function isoOf(span: string): string {
  return `${span}${span.length === lengths.day ? 'T00' : ''}:00:00.000Z`
}

function amountIn(sums: readonly SpanSum[], span: string): Amount {
  return added(sums.filter((sum) => sum.span === span))
}

function added(amounts: readonly Amount[]): Amount {
  return amounts.reduce((sum, { copies, bytes }) => ({ copies: sum.copies + copies, bytes: sum.bytes + bytes }), {
    copies: 0,
    bytes: 0,
  })
}

function classes(open: readonly OpenSum[], by: 'size' | 'wait', bounds: readonly number[]): Class[] {
  return [...bounds, null].map((below, place) => ({ below, ...added(open.filter((sum) => sum[by] === place)) }))
}
