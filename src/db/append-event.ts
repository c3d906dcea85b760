/** What is written into the story of a copy? One row a happening, in the transaction that makes it true. */
import { insertRows, type PlainRow } from './insert-rows.ts'
import { now, type Transaction } from './transaction.ts'

export interface NewEvent {
  readonly copyId: number
  readonly kind: string
  readonly actor: string
  /** The leader's term, for events of the worker. */
  readonly term: number | null
  readonly data: Readonly<Record<string, unknown>>
}

export async function appendEvent(transaction: Transaction, event: NewEvent): Promise<void> {
  await transaction.trx('zenodo_copy_events').insert({ ...columnsOf(event), at: now(transaction) })
}

/** Many of one time. */
export async function appendEvents({ trx }: Transaction, at: string, events: readonly NewEvent[]): Promise<void> {
  await insertRows(trx, 'zenodo_copy_events', eventRows(at, events))
}

/** Rows of `zenodo_copy_events`. */
export function eventRows(at: string, events: readonly NewEvent[]): PlainRow[] {
  return events.map((event) => ({ ...columnsOf(event), at }))
}

function columnsOf({ copyId, kind, actor, term, data }: NewEvent) {
  return { copy_id: copyId, kind, actor, term, data: JSON.stringify(data) }
}
