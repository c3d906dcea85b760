/** How long is the queue, how did it get there, and when will it be empty? Rules over sums; bytes, files and hours are plain numbers. */

export interface Amount {
  readonly copies: number
  readonly bytes: number
}

export interface Work extends Amount {
  readonly files: number
}

/** What came in and what went away in a time. */
export interface Flow {
  readonly enqueued: Amount
  readonly finished: Amount
  readonly cancelled: Amount
}

/**
 * What was open at the end of each time, the oldest first, from what is open now and what came and went since. A copy that was cancelled
 * and taken back counts as if it had never been.
 */
export function backlogOver(now: Amount, flows: readonly Flow[]): Amount[] {
  const ends: Amount[] = []
  let open = now
  for (const { enqueued, finished, cancelled } of flows.toReversed()) {
    ends.push(open)
    open = {
      copies: Math.max(0, open.copies - enqueued.copies + finished.copies + cancelled.copies),
      bytes: Math.max(0, open.bytes - enqueued.bytes + finished.bytes + cancelled.bytes),
    }
  }
  return ends.reverse()
}

/** To make, describe, check and publish one deposition, beside a request for each file. */
const requestsPerCopy = 10

function requestsOf({ copies, files }: Work): number {
  return copies * requestsPerCopy + files
}

export interface Pace extends Work {
  /** In so many hours. */
  readonly hours: number
}

export interface Estimate {
  /** The longer of the two. */
  readonly hours: number
  readonly byBytesHours: number
  readonly byRequestsHours: number
  /** What it rests on, in sentences. */
  readonly assumptions: string[]
}

const assumptions = [
  'Work goes on as fast as it went in the time measured, with its pauses and outages.',
  'Requests to Zenodo are taken as ten for each copy and one for each file; bytes count whole, also of copies that have begun.',
  'Nothing new comes in, and what waits behind a copy in error or deferred is counted as if that were put right.',
]

/** Null: nothing was finished in that time, so nothing can be said. @param limitPerHour requests that Zenodo is asked at most */
export function estimate(queued: Work, pace: Pace, limitPerHour: number): Estimate | null {
  if (queued.copies === 0) return { hours: 0, byBytesHours: 0, byRequestsHours: 0, assumptions: [] }
  if (pace.copies === 0 || pace.hours <= 0) return null
  const requestsPerHour = Math.min(requestsOf(pace) / pace.hours, limitPerHour)
  const byRequestsHours = requestsOf(queued) / requestsPerHour
  // without bytes in the time measured there is no speed, and the requests alone tell
  const byBytesHours = pace.bytes === 0 ? 0 : queued.bytes / (pace.bytes / pace.hours)
  return {
    hours: Math.max(byBytesHours, byRequestsHours),
    byBytesHours,
    byRequestsHours,
    assumptions: [...assumptions],
  }
}
