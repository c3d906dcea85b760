/** What becomes of a message that could not be delivered, and when is a receiver that fails asked again? No clock here. */
import type { Failure } from './failure.ts'

/** The pauses are a little longer or shorter, so that messages that failed together do not come together again. */
const jitter = 0.1
/** A receiver that asks for more is asked again after a day all the same. */
export const longestWishMs = 24 * 3_600_000

/**
 * Milliseconds until the next attempt; null: there is none, it is a dead letter.
 * @param attempts so far, with the one that failed
 * @param schedule pauses between attempts, in milliseconds
 * @param random from 0 to 1
 */
export function nextAttemptMs(
  attempts: number,
  schedule: readonly number[],
  { retryAfterMs }: Pick<Failure, 'retryAfterMs'>,
  random: number,
): number | null {
  const pause = schedule[attempts - 1]
  if (pause === undefined) return null
  const spread = pause * (1 + jitter * (2 * random - 1))
  return Math.max(spread, retryAfterMs ?? 0)
}

const firstHoldMs = 1000
const longestHoldMs = 5 * 60_000

/**
 * How long nothing is sent to a receiver that failed: doubling, so that a receiver that is away for a day is asked some hundred
 * times and not once for each message.
 * @param rests in a row, with this one
 */
export function holdMs(rests: number, { retryAfterMs }: Pick<Failure, 'retryAfterMs'>, random: number): number {
  const pause = Math.min(firstHoldMs * 2 ** (rests - 1), longestHoldMs)
  return Math.max(pause * (1 + jitter * (2 * random - 1)), retryAfterMs ?? 0)
}

/** So many messages that are refused while none is taken are the receiver's trouble, not theirs. */
const refusedTogether = 3

/** Whether nothing more is sent for now. @param refused messages since the last that was taken, with this one */
export function isReceiversTrouble({ code }: Pick<Failure, 'code'>, refused: number): boolean {
  return code !== 'message_refused' || refused >= refusedTogether
}

/** A receiver that is away for so long is an incident. */
export const silentForMs = 15 * 60_000

/** The last moment, not after `now`, at which it was this time of day in UTC. Both in milliseconds since 1970. */
export function lastTimeOfDay(now: number, timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number)
  const day = 24 * 3_600_000
  const today = Math.floor(now / day) * day + (hours * 60 + minutes) * 60_000
  return today <= now ? today : today - day
}
