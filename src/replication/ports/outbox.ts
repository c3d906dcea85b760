/** Where do messages wait, and what becomes of them? Types only. */
import type { Failure } from '../../core/failure.ts'
import type { Channel, IncidentCause, MessageState } from '../../core/messages.ts'
import type { Actor } from './desk.ts'
import type { LeaseProof } from './work-store.ts'

export interface StoredMessage {
  readonly id: number
  /** The same at each attempt, and never that of another message: receivers know it again by this. */
  readonly key: string
  readonly channel: Channel
  readonly kind: string
  /** Null: it is about the service. */
  readonly copyId: number | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAt: string
  readonly attempts: number
}

/** How an attempt ended. `status`: of an HTTP answer. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly status: number | null }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly status: number | null }

export interface Told {
  readonly message: Pick<StoredMessage, 'id' | 'copyId' | 'channel' | 'attempts'>
  readonly attempt: Attempt
  /** Until the next attempt after one that failed; null: there is none. */
  readonly delayMs: number | null
}

/** What the leader does with messages. What it writes is fenced: throws Failure `lease_lost` then. */
export interface Outbox {
  /** Those that are due, oldest first: of each copy the first that was not delivered yet. @param without ids that are on their way */
  due(channel: Channel, limit: number, without: readonly number[]): Promise<StoredMessage[]>
  record(proof: LeaseProof, told: readonly Told[]): Promise<void>
  /** The receiver is back: what it could not take meanwhile goes now. */
  hasten(proof: LeaseProof, channel: Channel): Promise<void>
  /** Puts into a mail what came into error since the last, unless that was within `everyMs`. @returns whether there is one */
  gatherErrors(proof: LeaseProof, everyMs: number): Promise<boolean>
  /** Writes the daily mail when that time of day (UTC, `07:00`) has passed since the last. @returns whether it did */
  writeDaily(proof: LeaseProof, timeOfDay: string): Promise<boolean>
  /**
   * Deletes a part of what was delivered and is older. @param unsent whether those for the repository go too that wait
   * @returns how many, and behind which id to go on; null: there are no more
   */
  retire(
    proof: LeaseProof,
    olderThanMs: number,
    part: { readonly after: number; readonly unsent: boolean },
  ): Promise<{ readonly deleted: number; readonly after: number | null }>
}

export interface Incident {
  readonly id: number
  readonly cause: IncidentCause
  readonly code: string
  readonly message: string
  readonly openedAt: string
  readonly closedAt: string | null
}

export interface Incidents {
  /** Those that are not over, oldest first. */
  standing(): Promise<Incident[]>
  /**
   * Of these causes only `now` is out of order, or none. What begins and what ends is told once each, in the same transaction.
   * @param mail whether people are told as well
   * @returns whether anything began or ended
   */
  settle(
    proof: LeaseProof,
    causes: readonly IncidentCause[],
    now: { readonly cause: IncidentCause; readonly failure: Failure } | null,
    mail: boolean,
  ): Promise<boolean>
}

/** A message as people see it. */
export interface MessageView extends StoredMessage {
  readonly state: MessageState
  readonly deliveredAt: string | null
  /** Of one that waits. */
  readonly nextAttemptAt: string | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

export interface MessageFilter {
  readonly state?: MessageState | undefined
  readonly channel?: Channel | undefined
  readonly kind?: string | undefined
  readonly copyId?: number | undefined
}

/** What people see of messages, and do with them. */
export interface Messages {
  /** Newest first. @param before only those with smaller ids */
  list(
    request: MessageFilter & { readonly before?: number | undefined; readonly limit: number },
  ): Promise<MessageView[]>
  get(id: number): Promise<MessageView | null>
  /** At most `countedAtMost` of each; how long the oldest that waits has been waiting; null: none does. */
  summary(): Promise<{ readonly waiting: number; readonly dead: number; readonly oldestWaitingMs: number | null }>
  /**
   * Sends again, with all attempts: one message, or the dead ones of a filter. A receiver that wanted no more is asked again.
   * @returns how many
   */
  sendAgain(which: { readonly id: number } | { readonly dead: MessageFilter }, actor: Actor): Promise<number>
}

/** More than that is told as that many. */
export const countedAtMost = 10_000
