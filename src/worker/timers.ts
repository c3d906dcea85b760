/** How does the worker wait? Always in a way that a signal ends. */
import { setTimeout as delay } from 'node:timers/promises'

/** Waits so long, or rejects with the reason of the signal. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/** A bell that a waiting loop hears at once; rung before anybody waits, it ends the next wait. */
export interface Bell {
  ring(): void
  /** Waits for the bell, for `ms` at most. @returns whether it was rung */
  wait(ms: number): Promise<boolean>
}

export function createBell(): Bell {
  let rung = false
  let hear: (() => void) | null = null
  return {
    ring() {
      rung = true
      hear?.()
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms)
          hear = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      const heard = rung
      rung = false
      hear = null
      return heard
    },
  }
}
