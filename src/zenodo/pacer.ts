/** Who goes next, and when? One queue in front of all requests to Zenodo, first come first served. */
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

interface Waiter {
  readonly go: () => void
}

/** The pacer of one account and address; share one instance between everything that talks to Zenodo. */
export function createPacer(limits: { readonly perMinute: number; readonly perHour: number }): Pacer {
  let state: PacingState = startPacing(limits)
  let timer: NodeJS.Timeout | undefined
  const waiting: Waiter[] = []

  const letGo = () => {
    clearTimeout(timer)
    while (waiting.length > 0) {
      const delay = delayBefore(state, performance.now())
      if (delay > 0) {
        // rounded up, as a timer that fires a fraction early would only be set again
        timer = setTimeout(letGo, Math.ceil(delay))
        return
      }
      state = afterSending(state, performance.now())
      waiting.shift()?.go()
    }
  }

  const leave = (waiter: Waiter) => {
    waiting.splice(waiting.indexOf(waiter), 1)
    letGo()
  }

  return {
    admit: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const onAbort = () => {
          leave(waiter)
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
  }
}
