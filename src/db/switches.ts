/** What stops claiming? A person's pause, and the breaker that the worker sets when Zenodo is out of order. */
import type { Actor, Switch, SwitchName } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'
import { inTransaction, now } from './transaction.ts'

interface SwitchRow {
  readonly name: SwitchName
  readonly set_by: string
  readonly reason: string | null
  readonly since: string
}

export async function switches({ knex }: Database): Promise<Switch[]> {
  const rows: SwitchRow[] = await knex('switches').orderBy('name')
  return rows.map(({ name, set_by: by, reason, since }) => ({ name, by, reason, since: isoTime(since) }))
}

/** Set again, it tells the newest name and reason, and the time since which it has been set all along. */
export async function setSwitch(db: Database, name: SwitchName, actor: Actor): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const row = { name, set_by: actor.name, reason: actor.reason, since: now(transaction) }
    await transaction.trx('switches').insert(row).onConflict('name').merge(['set_by', 'reason'])
  })
}

/** @returns whether it was set */
export async function clearSwitch(db: Database, name: SwitchName): Promise<boolean> {
  return await inTransaction(db, async ({ trx }) => (await trx('switches').where({ name }).del()) > 0)
}
