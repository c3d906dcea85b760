/** How is a running command told to stop? The first signal stops it in order, the second at once. */
import { exitCodes } from './exit-codes.ts'

export interface StopSignals {
  /** Aborts at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal
  /** Back to what signals do by themselves. */
  release(): void
}

/** Why a run was stopped. Reads as a reason in the log. */
class Stopped extends Error {
  override toString(): string {
    return this.message
  }
}

export function stopOnSignals(): StopSignals {
  const stop = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort(new Stopped(name))
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return {
    signal: stop.signal,
    release() {
      process.off('SIGTERM', onSignal).off('SIGINT', onSignal)
    },
  }
}

/** Calls back at each SIGHUP, as services do that read their settings again. @returns a function that ends that */
export function onHangUp(reload: () => void): () => void {
  process.on('SIGHUP', reload)
  return () => process.off('SIGHUP', reload)
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
