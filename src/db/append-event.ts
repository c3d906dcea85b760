/** What is written into the story of a copy? One row a happening, in the transaction that makes it true. */
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
  const { copyId, kind, actor, term, data } = event
  const row = { copy_id: copyId, at: now(transaction), kind, actor, term, data: JSON.stringify(data) }
  await transaction.trx('zenodo_copy_events').insert(row)
}
