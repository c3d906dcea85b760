/** Does it make sense to send anything to this receiver now? It rests when it fails, for longer each time, and is then tried with one message. */
import { holdMs, isReceiversTrouble, silentForMs } from '../core/delivery.ts'
import type { Failure } from '../core/failure.ts'

export interface Receiver {
  /** How many messages may be on their way. */
  room(): number
  /** Milliseconds until it may be tried again; 0: now. */
  restMs(): number
  /** @returns whether it had been failing: what waits because of that may go */
  succeeded(): boolean
  failed(messageId: number, failure: Failure): void
  /** Why it is an incident, or null. */
  trouble(): Failure | null
}

/** @param now milliseconds of a monotonic clock */
export function createReceiver(inFlight: number, now: () => number, random: () => number): Receiver {
  let rests = 0
  const refused = new Set<number>()
  let troubled = false
  let restsUntil = 0
  let since = 0
  let last: Failure | null = null
  return {
    room: () => (now() < restsUntil ? 0 : troubled ? 1 : inFlight),
    restMs: () => Math.max(0, restsUntil - now()),
    succeeded() {
      const was = troubled
      rests = 0
      refused.clear()
      troubled = false
      restsUntil = 0
      last = null
      return was
    },
    failed(messageId, failure) {
      refused.add(messageId)
      if (!isReceiversTrouble(failure, refused.size)) return
      // those that were on their way together fail together, and count once
      if (now() >= restsUntil) rests += 1
      if (!troubled) since = now()
      troubled = true
      last = failure
      restsUntil = Math.max(restsUntil, now() + holdMs(rests, failure, random()))
    },
    trouble() {
      if (last === null) return null
      return last.code === 'receiver_gone' || now() - since >= silentForMs ? last : null
    },
  }
}
