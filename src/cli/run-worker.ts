/** How does a command run the worker and learn how it ended? A lost lease ends the process within seconds, come what may. */
import type { App } from '../app.ts'
import { asFailure, isFailure } from '../core/failure.ts'
import type { ServiceEvent } from '../replication/events.ts'
import type { WorkerRun } from '../worker/shift.ts'
import { exitCodes } from './exit-codes.ts'

/** Work that does not end by itself after the lease is lost must not go on: another host may be at it already. */
const longestFarewellMs = 4500

/** @returns whether the run was stopped by the signal. @throws Failure as the worker does */
export async function runWorker(app: App, run: WorkerRun, stop: AbortSignal): Promise<{ readonly stopped: boolean }> {
  const unsubscribe = app.onEvent(endAfterLoss)
  try {
    await app.worker(run, stop)
    return { stopped: stop.aborted }
  } catch (error) {
    if (isFailure(error, 'lease_lost') || !stop.aborted) throw asFailure(error)
    if (error !== stop.reason && isFailure(error)) throw error
    return { stopped: true } // stopped while it waited for the lease
  } finally {
    unsubscribe()
  }
}

function endAfterLoss(event: ServiceEvent): void {
  if (event.kind !== 'lease.lost') return
  setTimeout(() => process.exit(exitCodes.leaseLost), longestFarewellMs).unref()
}
