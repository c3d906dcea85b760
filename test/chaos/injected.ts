/** What did a fault hit, and from when on may the service be expected to go on? */
import type { Chaos } from './chaos.ts'
import { patiently } from './patiently.ts'

export interface Injected {
  /** Copies that were being worked on then. */
  readonly affected: readonly number[]
  /** By the clock of the journal. */
  readonly since: number
}

/** Something that must never be seen while a fault is brought about. */
export class Unexpected extends Error {}

/** What is being worked on, as far as the database can tell. */
export async function running({ database }: Chaos): Promise<number[]> {
  const { knex } = database.database.owner.db
  return await patiently(async () => await knex('zenodo_copies').where('state', 'replicating').pluck('id'))
}
