/** Does anything still move? One watchdog for both directions of a file, and the end of all that belongs to the try. */
import { Failure } from '../core/failure.ts'

export interface StallWatch {
  /** Aborts with the caller's reason, with `transfer_stalled`, or when the try has ended: nothing outlives it. */
  readonly signal: AbortSignal
  /** Something moved. */
  touch(): void
  /** Waits without watching: a pause that we asked for is no stall. */
  pausedDuring<T>(work: () => Promise<T>): Promise<T>
  end(): void
}

/** One for all tries: what an error costs is its stack, and this one tells nothing. */
const tryHasEnded = new DOMException('The try has ended.', 'AbortError')

/** Watches for lack of progress, not for total time: 40 GB may take their hours as long as they move. */
export function watchStall(path: string, stallMs: number, signal: AbortSignal): StallWatch {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  const onStall = () => controller.abort(stalled(path, stallMs))
  let timer = setTimeout(onStall, stallMs)
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return {
    signal: controller.signal,
    touch: () => {
      timer.refresh()
    },
    pausedDuring: async (work) => {
      clearTimeout(timer)
      try {
        return await work()
      } finally {
        timer = setTimeout(onStall, stallMs)
      }
    },
    end: () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      controller.abort(tryHasEnded)
    },
  }
}

function stalled(path: string, stallMs: number): Failure {
  return new Failure('transfer_stalled', `No bytes of "${path}" moved for ${Math.round(stallMs / 1000)} seconds.`, {
    details: { path, stallMs },
  })
}
