/** Who goes next, and when? One queue in front of all requests to Zenodo, first come first served; and one behind it. */
import type { ZenodoHealth } from '../replication/ports/depositions.ts'
import { afterAnswer, afterSending, delayBefore, type PacingState, rateLimitsOf, startPacing } from './pacing.ts'
import type { WireAnswer } from './rate-headers.ts'

export interface Pacer {
  /** Resolves when a request may go, and counts it. @throws the signal's reason when it aborts first. */
  admit(signal: AbortSignal): Promise<void>
  /** Learns from an answer's status and headers; whoever waits is looked at again. */
  observe(answer: WireAnswer): void
  /** Whether requests wait for their turn now. */
  isHeldUp(): boolean
  /** What is known of the limits. */
  rateLimits(): ZenodoHealth['rateLimit']
}

/** Two ways in, in front of one account. */
export interface Pacers extends Pacer {
  /** For what can wait: goes only when nobody else waits, and leaves others a good part of what Zenodo allows. */
  readonly background: Pacer
}

interface Waiter {
  readonly go: () => void
}

/** What a minute and an hour allow is never used up by what can wait: whoever comes then would have to. */
const backgroundShare = 0.5

/** The pacer of one account and address; share one instance between everything that talks to Zenodo. */
export function createPacer(limits: { readonly perMinute: number; readonly perHour: number }): Pacers {
  let state: PacingState = startPacing(limits)
  let timer: NodeJS.Timeout | undefined
  const first: Waiter[] = []
  const behind: Waiter[] = []

  const turn = () => (first.length > 0 ? first : behind)
  const letGo = () => {
    clearTimeout(timer)
    for (let next = turn(); next.length > 0; next = turn()) {
      const delay = delayBefore(state, performance.now(), next === first ? 1 : backgroundShare)
      if (delay > 0) {
        // rounded up, as a timer that fires a fraction early would only be set again
        timer = setTimeout(letGo, Math.ceil(delay))
        return
      }
      state = afterSending(state, performance.now())
      next.shift()?.go()
    }
  }

  const leave = (waiting: Waiter[], waiter: Waiter) => {
    waiting.splice(waiting.indexOf(waiter), 1)
    letGo()
  }

  const through = (waiting: Waiter[]): Pacer => ({
    admit: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const onAbort = () => {
          leave(waiting, waiter)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          go: () => {
            signal.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.push(waiter)
        letGo()
      }),
    observe(answer) {
      state = afterAnswer(state, answer, { now: performance.now(), wallMs: Date.now() })
      letGo()
    },
    isHeldUp: () => waiting.length > 0,
    rateLimits: () => rateLimitsOf(state, { now: performance.now(), wallMs: Date.now() }),
  })
  return { ...through(first), background: through(behind) }
}
