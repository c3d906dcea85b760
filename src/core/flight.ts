/**
 * How many files of a copy should be on their way at once? As many as help. No clock here: times are handed in.
 *
 * Rounds of as many pieces as files are on their way are compared by their pace; a piece is a file, or `pieceBytes` of a
 * large one, as those last too long to be waited for. While twice as many are clearly faster, the width
 * doubles; when they are not, it goes back and rests for some rounds before it tries again. Trouble halves it, and from
 * there it climbs by one a round.
 */
import { type Failure, isFailure } from './failure.ts'

export interface FlightBounds {
  /** Files to start with, twice as many when all are small. */
  readonly from: number
  /** Files that are never exceeded, at least `from`. */
  readonly most: number
}

export interface Flight {
  readonly bounds: FlightBounds
  /** Files that may be on their way now: from 1 to `bounds.most`. */
  readonly width: number
  /** The width that proved good: above it is a trial, below it the way back up after trouble. */
  readonly proven: number
  /** The pace of the proven width, while a larger one is on trial. */
  readonly paceBefore: number | null
  /** Rounds until the next trial. */
  readonly rest: number
  /** How often trouble lowered the width. */
  readonly cuts: number
  readonly round: Round
}

interface Round {
  readonly since: number
  readonly pieces: number
  readonly files: number
  readonly bytes: number
}

/** Bytes that have come through of a file. */
export interface Piece {
  readonly bytes: number
  /** Whether the file has come through with them. */
  readonly last: boolean
  /** The cuts there had been when the last try of the file began. */
  readonly cutsBefore: number
}

/** After so many bytes of a file it is time to tell of them. */
export const pieceBytes = 64 * 1024 * 1024

/** What a file costs besides its bytes, in bytes: some 50 ms of requests at 20 MB/s. Makes files/s and bytes/s one pace. */
const requestBytes = 1024 * 1024
/** A round has as many pieces as files are on their way, and at least so many: the pace of fewer is chance. */
const fewestInRound = 4
/** Of what a larger width could gain, so much must be there: more than measurements that are 10 % off can pretend. */
const worthwhile = 1 / 4
const restRounds = 8
const restAfterTrouble = 32

/**
 * Small files mostly wait for answers, so twice as many start together.
 * @param now milliseconds of a monotonic clock, as in all of these.
 * @param largest bytes of the largest file.
 */
export function startFlight(bounds: FlightBounds, now: number, largest: number): Flight {
  const width = largest <= requestBytes ? Math.min(bounds.most, bounds.from * 2) : bounds.from
  return { bounds, width, proven: width, paceBefore: null, rest: 0, cuts: 0, round: roundAt(now) }
}

/** The flight once a piece has come through. That of a file from before the last cut tells nothing about the width since. */
export function afterPiece(flight: Flight, piece: Piece, now: number): Flight {
  const { width, cuts, round: before } = flight
  if (piece.cutsBefore < cuts) return flight
  const round = {
    since: before.since,
    pieces: before.pieces + 1,
    files: before.files + (piece.last ? 1 : 0),
    bytes: before.bytes + piece.bytes,
  }
  if (round.pieces < width * Math.ceil(fewestInRound / width)) return { ...flight, round }
  const pace = (round.bytes + round.files * requestBytes) / Math.max(1, now - round.since)
  return { ...afterRound(flight, pace), round: roundAt(now) }
}

/**
 * The flight once a file has to be tried again. What was on its way together breaks together, and lowers it only once.
 * @param cutsBefore the cuts there had been when the try began.
 */
export function afterTrouble(flight: Flight, cutsBefore: number, now: number): Flight {
  if (cutsBefore < flight.cuts) return flight
  const width = Math.max(1, Math.floor(flight.width / 2))
  return { ...flight, width, paceBefore: null, rest: restAfterTrouble, cuts: flight.cuts + 1, round: roundAt(now) }
}

/**
 * The flight once a piece has come through while requests wait for Zenodo's rate limit. More files would only wait with open
 * sources then, and no pace means anything.
 */
export function afterHeldUp(flight: Flight, now: number): Flight {
  const proven = Math.min(flight.proven, flight.bounds.from)
  const width = Math.min(flight.width, proven)
  return { ...flight, width, proven, paceBefore: null, rest: Math.max(flight.rest, restRounds), round: roundAt(now) }
}

/** Whether a failed try says that less at once may do better. */
export function isTrouble(failure: Failure): boolean {
  return isFailure(failure, 'zenodo_rate_limited', 'zenodo_unavailable', 'source_unavailable', 'transfer_stalled')
}

function afterRound(flight: Flight, pace: number): Flight {
  const { width, proven, paceBefore, rest, bounds } = flight
  if (paceBefore !== null && pace < paceBefore * (1 + worthwhile * (width / proven - 1))) {
    return { ...flight, width: proven, paceBefore: null, rest: restRounds }
  }
  if (width < proven) return { ...flight, width: width + 1 }
  if (rest > 0) return { ...flight, rest: rest - 1 }
  if (width === bounds.most) return { ...flight, proven: width, paceBefore: null }
  return { ...flight, width: Math.min(bounds.most, width * 2), proven: width, paceBefore: pace }
}

function roundAt(now: number): Round {
  return { since: now, pieces: 0, files: 0, bytes: 0 }
}
