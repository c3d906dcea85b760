/** How do runs end for their rows? Finished, again later, in error, or let go; with their events and messages. */
import type { Copy } from '../core/copy.ts'
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import type { Ending, OutboxMessage, Outcome } from '../replication/ports/work-store.ts'
import { appendEvents, type NewEvent } from './append-event.ts'
import type { Dialect } from './dialect.ts'
import { claimLost, type Fenced, updateClaimed } from './fence.ts'
import { type FamilyPlace, refreshFamilies } from './held-back.ts'
import { hasIntents, intentRows, openIntents } from './open-intents.ts'
import { errorNotice, post } from './post-message.ts'
import { intentEventOf, workerEventOf } from './record-step.ts'
import { type CopyRow, copyColumns, copySources, timeOf, toCopy } from './rows.ts'
import { marks, rowsOf, write } from './sql.ts'
import { later, now } from './transaction.ts'

type Of<Kind extends Outcome['kind']> = Extract<Outcome, { kind: Kind }>

/**
 * Takes the same number of statements for any number of endings; one more for each that failed or was let go.
 * @returns for each the copy as it is now, or `claim_lost`: one that is no longer ours must not keep the others from ending
 */
export async function settleWithin(fence: Fenced, endings: readonly Ending[]): Promise<Array<Copy | Failure>> {
  if (endings.length === 0) return []
  const ours = await stillClaimed(fence, endings)
  await finishAll(fence, ours.filter(isFinished))
  for (const ending of ours) await goOn(fence, ending)
  const rows = await readBack(fence, ours)
  const at = timeOf(rows.values())
  const overtaken = await overtakenCalls(fence, ours.filter(isFinished), rows)
  await appendEvents(
    fence,
    at,
    ours.flatMap((ending) => [...(overtaken.get(ending.copyId) ?? []), eventOf(fence, ending)]),
  )
  await post(
    fence,
    at,
    ours.flatMap((ending) => messagesOf(ending, rows)),
  )
  return endings.map((ending) => {
    const row = ours.includes(ending) ? rows.get(ending.copyId) : undefined
    return row === undefined ? claimLost(fence, ending.copyId) : toCopy(row)
  })
}

/** Locks them, in id order as others do. A copy that is named twice ends once. */
async function stillClaimed(fence: Fenced, endings: readonly Ending[]): Promise<Ending[]> {
  const ids = endings.map(({ copyId }) => copyId)
  const held = await rowsOf<{ id: number }>(
    fence,
    `SELECT id FROM zenodo_copies WHERE id IN ${marks(ids.length)} AND state = 'replicating' AND claim_term = ?
     ORDER BY id ${fence.db.dialect.lock.rows}`,
    [...ids, fence.proof.term],
  )
  const open = new Set(held.map(({ id }) => id))
  return endings.filter(({ copyId }) => open.delete(copyId))
}

type Finished = Ending & { readonly outcome: Of<'finished'> }

function isFinished(ending: Ending): ending is Finished {
  return ending.outcome.kind === 'finished'
}

async function finishAll(fence: Fenced, endings: readonly Finished[]): Promise<void> {
  for (const [attempt, some] of Map.groupBy(endings, ({ outcome }) => outcome.attempt)) {
    const ids = some.map(({ copyId }) => copyId)
    const at = fence.db.dialect.now
    await write(
      fence,
      `UPDATE zenodo_copies SET state = 'finished', retries = retries + ?, bytes_done = bytes_total,
         files_done = files_total, error_code = NULL, error_message = NULL, finished_at = ${at},
         claim_term = NULL, claimed_at = NULL, heartbeat_at = NULL, state_changed_at = ${at}, updated_at = ${at}
       WHERE id IN ${marks(ids.length)}`,
      [attempt ? 1 : 0, ...ids],
    )
  }
}

/** Of a copy that is not finished, what went wrong stays visible while it waits. */
async function goOn(fence: Fenced, { copyId, outcome }: Ending): Promise<void> {
  switch (outcome.kind) {
    case 'finished':
      return
    case 'retry': {
      const when = { retries: counted(fence, true), run_after: later(fence, outcome.delayMs) }
      return await leave(fence, copyId, { state: 'enqueued', ...when, ...errorColumns(outcome.failure) })
    }
    case 'error': {
      const retries = counted(fence, outcome.attempt)
      return await leave(fence, copyId, { state: 'error', retries, ...errorColumns(outcome.failure) })
    }
    case 'released':
      return await leave(fence, copyId, { state: 'enqueued', run_after: later(fence, outcome.delayMs) })
  }
}

async function leave(fence: Fenced, copyId: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const at = now(fence)
  const free = { claim_term: null, claimed_at: null, heartbeat_at: null, state_changed_at: at, updated_at: at }
  await updateClaimed(fence, copyId, { ...changes, ...free, ...soFar(fence, copyId) })
}

/** The files that are through, as each has it on record: the heartbeat's figure ends with the run, and may count one half sent. */
function soFar({ trx }: Fenced, copyId: number) {
  const through = trx('zenodo_copy_files').where('copy_id', copyId).whereIn('state', ['sent', 'kept'])
  return { bytes_done: through.clone().select(trx.raw('COALESCE(SUM(size), 0)')), files_done: through.count() }
}

function counted({ trx }: Fenced, attempt: boolean) {
  return attempt ? trx.raw('retries + 1') : trx.ref('retries')
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

/** The copies as they are now. Those that waited for a finished one may go from here on. */
async function readBack(fence: Fenced, ours: readonly Ending[]): Promise<Map<number, EndedRow>> {
  if (ours.length === 0) return new Map()
  const { dialect } = fence.db
  const sql = `SELECT ${copyColumns}, ${hasIntents(dialect)} AS has_intents, ${hasOthers(dialect)} AS has_others
    FROM ${copySources} WHERE c.id IN ${marks(ours.length)}`
  const rows = await rowsOf<EndedRow>(
    fence,
    sql,
    ours.map(({ copyId }) => copyId),
  )
  await refreshFamilies(
    fence,
    rows.filter((row) => row.state === 'finished' && row.has_others === 1),
  )
  return new Map(rows.map((row) => [row.id, row]))
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
  const calls = await intentRows(fence, ids)
  const events = [...calls].map(([copyId, said]): [number, NewEvent[]] => {
    const open = openIntents(said).filter(({ operation }) => operation !== 'create' && operation !== 'new_version')
    return [copyId, open.map((intent) => intentEventOf(fence, copyId, { intent, outcome: 'overtaken' }))]
  })
  return new Map(events)
}

function eventOf(fence: Fenced, { copyId, outcome }: Ending): NewEvent {
  return workerEventOf(fence, copyId, outcome.kind, toldOf(outcome))
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

function messagesOf({ copyId, outcome }: Ending, rows: ReadonlyMap<number, CopyRow>) {
  const messages: OutboxMessage[] = []
  const row = rows.get(copyId)
  if (outcome.kind === 'finished') messages.push(...outcome.messages)
  if (outcome.kind === 'error' && row !== undefined) messages.push(errorNotice(toCopy(row), outcome.failure))
  return messages.map((message) => ({ copyId, ...message }))
}

function told({ code, message }: Failure) {
  return { code, message: redact(message) }
}

/** The columns that show a failure. */
export function errorColumns(failure: Failure) {
  const { code, message } = told(failure)
  return { error_code: code, error_message: message }
}
