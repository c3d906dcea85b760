/** How did the calls of the last minutes go? Counted minute by minute, for those who look at the worker from outside. */
import type { ZenodoHealth } from '../replication/ports/depositions.ts'
import type { CallEvent } from './request.ts'

const minutes = 15
const minuteMs = 60_000

interface Counts {
  calls: number
  rateLimited: number
  serverErrors: number
  unanswered: number
}

export interface CallTally {
  /** Counts a call, and passes it on. */
  readonly emit: (event: CallEvent) => void
  view(): Pick<ZenodoHealth, 'recent' | 'lastSuccessAt'>
}

/** @param now milliseconds of a clock that never jumps */
export function createCallTally(emit: (event: CallEvent) => void, now = () => performance.now()): CallTally {
  const byMinute = new Map<number, Counts>()
  let lastSuccessAt: string | null = null
  const forget = () => {
    const oldest = Math.floor(now() / minuteMs) - minutes
    for (const minute of byMinute.keys()) if (minute <= oldest) byMinute.delete(minute)
  }
  return {
    emit(event) {
      forget()
      const minute = Math.floor(now() / minuteMs)
      const counts = byMinute.get(minute) ?? { calls: 0, rateLimited: 0, serverErrors: 0, unanswered: 0 }
      byMinute.set(minute, counts)
      const { status } = event
      counts.calls += 1
      if (status === 429) counts.rateLimited += 1
      if (status >= 500) counts.serverErrors += 1
      if (status === 0) counts.unanswered += 1
      if (status > 0 && status < 400) lastSuccessAt = new Date().toISOString()
      emit(event)
    },
    view() {
      forget()
      const sum = (key: keyof Counts) => [...byMinute.values()].reduce((total, counts) => total + counts[key], 0)
      const recent = {
        minutes,
        calls: sum('calls'),
        rateLimited: sum('rateLimited'),
        serverErrors: sum('serverErrors'),
        unanswered: sum('unanswered'),
      }
      return { recent, lastSuccessAt }
    },
  }
}
