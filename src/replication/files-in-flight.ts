/** How do the files of a copy go to Zenodo? Several at once; from how they end, core/flight tells how many. */
import type { Failure } from '../core/failure.ts'
import {
  afterHeldUp,
  afterPiece,
  afterTrouble,
  type FlightBounds,
  isTrouble,
  pieceBytes,
  startFlight,
} from '../core/flight.ts'
import { inParallel } from './in-parallel.ts'

export interface FlightOptions {
  readonly bounds: FlightBounds
  /** Bytes of the largest file. */
  readonly largest: number
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
  /** Called with the bytes of the file that are through; goes back to 0 when it starts over. */
  readonly onProgress: (bytes: number) => void
}

/**
 * @param send sends one file. @returns its bytes.
 * @throws the first failure, after every other file has ended.
 */
export async function sendInFlight<T>(
  files: readonly T[],
  { bounds, largest, signal, now, isHeldUp }: FlightOptions,
  send: (file: T, passage: Passage) => Promise<number>,
): Promise<void> {
  const start = startFlight(bounds, now(), largest)
  let flight = isHeldUp() ? afterHeldUp(start, now()) : start
  const sendOne = async (file: T, either: AbortSignal, wider: () => void) => {
    let cutsBefore = flight.cuts
    let told = 0
    const tell = (bytes: number, last: boolean) => {
      const { width } = flight
      const piece = { bytes: bytes - told, last, cutsBefore }
      flight = isHeldUp() ? afterHeldUp(flight, now()) : afterPiece(flight, piece, now())
      told = bytes
      if (flight.width > width) wider()
    }
    const onProgress = (bytes: number) => {
      told = Math.min(told, bytes)
      if (bytes - told >= pieceBytes) tell(bytes, false)
    }
    const onRetry = (failure: Failure) => {
      if (isTrouble(failure)) flight = afterTrouble(flight, cutsBefore, now())
      cutsBefore = flight.cuts
    }
    tell(await send(file, { signal: either, onRetry, onProgress }), true)
  }
  await inParallel(files, () => flight.width, signal, sendOne)
}
