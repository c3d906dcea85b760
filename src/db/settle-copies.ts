/** How do runs end for their rows? Finished, again later, in error, or let go; with their events and messages. */
import type { Copy } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import type { Ending, OutboxMessage, Outcome } from '../replication/ports/work-store.ts'
import type { NewEvent } from './append-event.ts'
import type { Dialect } from './dialect.ts'
import { errorColumns, noError } from './error-group.ts'
import { claimLost, type Fenced } from './fence.ts'
import { type FamilyPlace, refreshFamilies } from './held-back.ts'
import { askIntents, hasIntents, openIntents } from './open-intents.ts'
import { errorNotice, type NewMessage } from './post-message.ts'
import { intentEventOf, workerEventOf } from './record-step.ts'
import { newRound, type Round } from './round.ts'
import { type CopyRow, copyColumns, copySources, timeOf, toCopy } from './rows.ts'
import { marks, type PlainValue } from './sql.ts'

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>

/** What became of the endings, as far as they are still ours. */
export interface Ended {
  readonly ours: readonly Ending[]
  readonly rows: ReadonlyMap<number, EndedRow>
  /** When they ended, as it is stored. */
  readonly at: string
}

/**
 * Ends them with `round`, in as many statements for any number; one more for each that failed or was let go. One that is no longer
 * ours must not keep the others from ending. @returns what is to be called after `send`
 */
export function askEnd(round: Round, fence: Fenced, endings: readonly Ending[]): () => Ended {
  if (endings.length === 0) return () => ({ ours: [], rows: new Map(), at: '' })
  // a copy that is named twice ends once
  const once = [...new Map(endings.toReversed().map((ending) => [ending.copyId, ending])).values()].reverse()
  const ids = once.map(({ copyId }) => copyId)
  // locked first, in id order as others do: what is read below is seen when nobody can change it any more
  const held = round.ask<{ id: number }>(
    `SELECT id FROM zenodo_copies WHERE id IN ${marks(ids.length)} AND ${isOurs}
     ORDER BY id ${fence.db.dialect.lock.rows}`,
    [...ids, fence.proof.term],
  )
  finishAll(round, fence, once.filter(isFinished))
  for (const { copyId, outcome } of once) {
    const changes = changesOf(fence.db.dialect, outcome)
    if (changes !== null) leave(round, fence, copyId, changes)
  }
  const read = round.ask<EndedRow>(endedRows(fence.db.dialect, ids.length), ids)
  return () => {
    const open = new Set(held().map(({ id }) => id))
    const rows = new Map(read().flatMap((row) => (open.has(row.id) ? [[row.id, row]] : [])))
    return { ours: once.filter(({ copyId }) => open.has(copyId)), rows, at: timeOf(rows.values()) }
  }
}

/** Of a row, with the term: we may still write it. */
const isOurs = "state = 'replicating' AND claim_term = ?"
const letGo = 'claim_term = NULL, claimed_at = NULL, heartbeat_at = NULL'

type Finished = Ending & { readonly outcome: Of<'finished'> }

function isFinished(ending: Ending): ending is Finished {
  return ending.outcome.kind === 'finished'
}

function finishAll(round: Round, { db, proof }: Fenced, endings: readonly Finished[]): void {
  const { now } = db.dialect
  for (const [attempt, some] of Map.groupBy(endings, ({ outcome }) => outcome.attempt)) {
    const ids = some.map(({ copyId }) => copyId)
    round.ask(
      `UPDATE zenodo_copies SET state = 'finished', retries = retries + ?, bytes_done = bytes_total,
         files_done = files_total, error_code = NULL, error_message = NULL, error_group = NULL, finished_at = ${now},
         ${letGo}, state_changed_at = ${now}, updated_at = ${now}
       WHERE id IN ${marks(ids.length)} AND ${isOurs}`,
      [attempt ? 1 : 0, ...ids, proof.term],
    )
  }
}

const setsError = Object.keys(noError)
  .map((column) => `${column} = ?`)
  .join(', ')

type Changes = readonly [sets: string, bindings: readonly PlainValue[]]

/** Of a copy that is not finished, what went wrong stays visible while it waits. Null: nothing is to be done. */
function changesOf({ later }: Dialect, outcome: Outcome): Changes | null {
  switch (outcome.kind) {
    case 'finished':
      return null
    case 'retry': {
      const sets = `state = 'enqueued', retries = retries + 1, run_after = ${later(outcome.delayMs)}`
      return [`${sets}, ${setsError}`, Object.values(errorColumns(outcome.failure))]
    }
    case 'error': {
      const sets = `state = 'error', retries = retries + ?, ${setsError}`
      return [sets, [outcome.attempt ? 1 : 0, ...Object.values(errorColumns(outcome.failure))]]
    }
    case 'released':
      return [`state = 'enqueued', run_after = ${later(outcome.delayMs)}`, []]
  }
}

/** Done are the files that are through, as each has it on record: the heartbeat's figure ends with the run, and may count one half sent. */
function leave(round: Round, { db, proof }: Fenced, copyId: number, [sets, bindings]: Changes): void {
  const { now } = db.dialect
  const through = "FROM zenodo_copy_files WHERE copy_id = ? AND state IN ('sent', 'kept')"
  round.ask(
    `UPDATE zenodo_copies SET ${sets}, bytes_done = (SELECT COALESCE(SUM(size), 0) ${through}),
       files_done = (SELECT COUNT(*) ${through}), ${letGo}, state_changed_at = ${now}, updated_at = ${now}
     WHERE id = ? AND ${isOurs}`,
    [...bindings, copyId, copyId, copyId, proof.term],
  )
}

interface EndedRow extends CopyRow, FamilyPlace {
  readonly has_intents: number
  /** Whether others of the family are unfinished: read while the row is locked, so none is being added. */
  readonly has_others: number
}

/** With a hint, as in `load-claimed`. */
function hasOthers({ byIndex }: Dialect): string {
  return `EXISTS (SELECT 1 FROM ${byIndex('zenodo_copies', 's', 'zenodo_copies_first')}
    WHERE s.dataset_id = c.dataset_id AND s.family = c.family AND s.open_position IS NOT NULL AND s.id <> c.id)`
}

/** The copies as they are now. */
function endedRows(dialect: Dialect, count: number): string {
  return `SELECT ${copyColumns}, ${hasIntents(dialect)} AS has_intents, ${hasOthers(dialect)} AS has_others
    FROM ${copySources} WHERE c.id IN ${marks(count)}`
}

/** Those that waited for a finished one may go from here on. @returns whether there were any */
export async function freeOthers(fence: Fenced, { rows }: Ended): Promise<boolean> {
  const families = [...rows.values()].filter((row) => row.state === 'finished' && row.has_others === 1)
  await refreshFamilies(fence, families)
  return families.length > 0
}

/** What is to be written into the stories of those that ended, and what the repository is told. */
export async function tellingsOf(
  fence: Fenced,
  { ours, rows }: Ended,
): Promise<{ readonly events: NewEvent[]; readonly messages: NewMessage[] }> {
  const overtaken = await overtakenCalls(fence, ours.filter(isFinished), rows)
  return {
    events: ours.flatMap((ending) => [...(overtaken.get(ending.copyId) ?? []), eventOf(fence, ending)]),
    messages: ours.flatMap((ending) => messagesOf(ending, rows)),
  }
}

/** For each the copy as it is now, or `claim_lost`. */
export function settledOf(fence: Fenced, endings: readonly Ending[], { ours, rows }: Ended): Array<Copy | Failure> {
  return endings.map((ending) => {
    const row = ours.includes(ending) ? rows.get(ending.copyId) : undefined
    return row === undefined ? claimLost(fence, ending.copyId) : toCopy(row)
  })
}

/**
 * A publish, discard or removal whose answer was lost has no reason to be looked up once Zenodo shows what the copy wanted.
 * What may have left a draft behind stays in doubt until somebody has looked for that draft.
 */
async function overtakenCalls(
  fence: Fenced,
  finished: readonly Finished[],
  rows: ReadonlyMap<number, EndedRow>,
): Promise<Map<number, NewEvent[]>> {
  const ids = finished.map(({ copyId }) => copyId).filter((id) => rows.get(id)?.has_intents === 1)
  const round = newRound(fence)
  const calls = askIntents(round, ids)
  await round.send()
  const events = [...calls()].map(([copyId, said]): [number, NewEvent[]] => {
    const open = openIntents(said).filter(({ operation }) => operation !== 'create' && operation !== 'new_version')
    return [copyId, open.map((intent) => intentEventOf(fence, copyId, { intent, outcome: 'overtaken' }))]
  })
  return new Map(events)
}

function eventOf(fence: Fenced, { copyId, outcome }: Ending): NewEvent {
  return workerEventOf(fence, copyId, outcome.kind, { ...toldOf(outcome), ...callsOf(outcome) })
}

function callsOf({ made }: Outcome): Readonly<Record<string, unknown>> {
  if (made === undefined || made.calls.length === 0) return {}
  return made.callsLeftOut === 0 ? { calls: made.calls } : { ...made }
}

function toldOf(outcome: Outcome): Readonly<Record<string, unknown>> {
  switch (outcome.kind) {
    case 'finished':
      return {}
    case 'retry':
      return { ...told(outcome.failure), delayMs: outcome.delayMs }
    case 'error':
      return told(outcome.failure)
    case 'released':
      return { reason: outcome.reason, delayMs: outcome.delayMs }
  }
}

function messagesOf({ copyId, outcome }: Ending, rows: ReadonlyMap<number, CopyRow>): NewMessage[] {
  const messages: OutboxMessage[] = []
  const row = rows.get(copyId)
  if (outcome.kind === 'finished') messages.push(...outcome.messages)
  if (outcome.kind === 'error' && row !== undefined) messages.push(errorNotice(toCopy(row), outcome.failure))
  return messages.map((message) => ({ copyId, ...message }))
}

function told({ code, message }: Failure) {
  return { code, message: redact(message) }
}
