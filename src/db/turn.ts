/**
 * How do copies that end make room for the next? Both in one transaction, as a commit costs more than what is in it, and in two rounds of
 * statements: what ends and what is due; what is taken, and what is told of all of them.
 */
import { Failure } from '../core/failure.ts'
import type { ClaimedCopy, ClaimRequest, Ending, LeaseProof, Turn } from '../replication/ports/work-store.ts'
import { eventRows, type NewEvent } from './append-event.ts'
import { askDue, askTake, chooseFrom, claimEvents } from './claim-copies.ts'
import type { Database } from './connection.ts'
import { askLease, type Fenced } from './fence.ts'
import { askInsert } from './insert-rows.ts'
import type { Loaded } from './load-claimed.ts'
import { messageRows, type NewMessage } from './post-message.ts'
import { newRound, type Round } from './round.ts'
import { askEnd, freeOthers, settledOf, tellingsOf } from './settle-copies.ts'
import { inRounds } from './transaction.ts'

interface TurnRequest {
  readonly endings: readonly Ending[]
  readonly next: ClaimRequest | null
}

export async function turn(db: Database, proof: LeaseProof, request: TurnRequest): Promise<Turn> {
  return await inRounds(
    db,
    (transaction) => turnWithin({ ...transaction, proof }, request),
    // a duplicate key is a second runner for a dataset and family: look again, it is not a candidate any more
    request.next === null ? undefined : db.dialect.isDuplicate,
  )
}

async function turnWithin(fence: Fenced, { endings, next }: TurnRequest): Promise<Turn> {
  const first = newRound(fence)
  const lease = askLease(first, fence, next !== null)
  const end = askEnd(first, fence, endings)
  const due = next === null ? () => [] : askDue(first, fence, next)
  await first.send()
  const { paused, at } = lease()
  const ended = end()
  const freed = await freeOthers(fence, ended)
  const claims = next !== null && paused === 0
  const ids = claims ? await chooseFrom(freed ? await lookAgain(fence, next) : due(), fence, next) : []

  const { events, messages } = await tellingsOf(fence, ended)
  const second = newRound(fence)
  const take = askTake(second, fence, ids)
  const told = { events: [...events, ...claimEvents(fence, ids)], messages }
  askTell(second, ended.at > at ? ended.at : at, told)
  await second.send()
  return { settled: settledOf(fence, endings, ended), claimed: await readable(fence, await take()) }
}

/** What waited for those that ended may be due by now. */
async function lookAgain(fence: Fenced, request: ClaimRequest) {
  const round = newRound(fence)
  const due = askDue(round, fence, request)
  await round.send()
  return due()
}

function askTell(
  round: Round,
  at: string,
  { events, messages }: { readonly events: readonly NewEvent[]; readonly messages: readonly NewMessage[] },
): void {
  askInsert(round, 'zenodo_copy_events', eventRows(at, events))
  askInsert(round, 'outbox', messageRows(at, messages))
}

/** A row that cannot be read, whatever is wrong with it, must not keep all others from being claimed. Nothing is asked of the database here. */
async function readable(fence: Fenced, loaded: readonly Loaded[]): Promise<ClaimedCopy[]> {
  const claimed: ClaimedCopy[] = []
  const endings: Ending[] = []
  for (const { id, assemble } of loaded) {
    try {
      claimed.push(assemble())
    } catch (error) {
      const text = `What is stored about copy ${id} cannot be read: ${(error as Error).message}.`
      const failure = new Failure('internal_error', text, { cause: error })
      endings.push({ copyId: id, outcome: { kind: 'error', failure, attempt: false } })
    }
  }
  if (endings.length > 0) await giveUp(fence, endings)
  return claimed
}

async function giveUp(fence: Fenced, endings: readonly Ending[]): Promise<void> {
  const round = newRound(fence)
  const end = askEnd(round, fence, endings)
  await round.send()
  const ended = end()
  const last = newRound(fence)
  askTell(last, ended.at, await tellingsOf(fence, ended))
  await last.send()
}
