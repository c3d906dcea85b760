/** How do the files of a copy go to Zenodo? Several at once; from how they end, core/flight tells how many. */
import type { Failure } from '../core/failure.ts'
import { afterFile, afterHeldUp, afterTrouble, type FlightBounds, isTrouble, startFlight } from '../core/flight.ts'
import { inParallel } from './in-parallel.ts'

export interface FlightOptions {
  readonly bounds: FlightBounds
  readonly signal: AbortSignal
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number
  /** Whether requests wait for Zenodo's rate limit. */
  readonly isHeldUp: () => boolean
}

/** What one file is sent with. */
export interface Passage {
  readonly signal: AbortSignal
  readonly onRetry: (failure: Failure) => void
}

/**
 * @param send sends one file. @returns its bytes.
 * @throws the first failure, after every other file has ended.
 */
export async function sendInFlight<T>(
  files: readonly T[],
  { bounds, signal, now, isHeldUp }: FlightOptions,
  send: (file: T, passage: Passage) => Promise<number>,
): Promise<void> {
  let flight = startFlight(bounds, now())
  const sendOne = async (file: T, either: AbortSignal) => {
    let cutsBefore = flight.cuts
    const onRetry = (failure: Failure) => {
      if (isTrouble(failure)) flight = afterTrouble(flight, cutsBefore, now())
      cutsBefore = flight.cuts
    }
    const bytes = await send(file, { signal: either, onRetry })
    flight = isHeldUp() ? afterHeldUp(flight, now()) : afterFile(flight, { bytes, cutsBefore }, now())
  }
  await inParallel(files, () => flight.width, signal, sendOne)
}
