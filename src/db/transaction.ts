/** How does a business fact become one transaction, also when the database asks for it to be tried again? */
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import type { Database } from './connection.ts'

const attempts = 6

/** A transaction, and what SQL needs to know of its database. */
export interface Transaction {
  readonly trx: Knex.Transaction
  readonly db: Database
}

/**
 * Runs `work` in one transaction. Lost deadlocks, lock timeouts and a busy file repeat the whole of it, a bounded number
 * of times; so `work` must do nothing outside the database.
 * @param also further errors that a repetition may cure
 */
export async function inTransaction<T>(
  db: Database,
  work: (transaction: Transaction) => Promise<T>,
  also?: (error: unknown) => boolean,
): Promise<T> {
  return await repeated(db, () => db.knex.transaction((trx) => work({ trx, db })), also)
}

/** The same where `newRound` may be used. */
export async function inRounds<T>(
  db: Database,
  work: (transaction: Transaction) => Promise<T>,
  also?: (error: unknown) => boolean,
): Promise<T> {
  return await repeated(db, () => db.rounds.transaction((trx) => work({ trx, db })), also)
}

async function repeated<T>(
  { dialect }: Database,
  run: () => Promise<T>,
  also: (error: unknown) => boolean = () => false,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt === attempts || !(dialect.isTransient(error) || also(error))) throw error
      await delay(Math.random() * 20 * 2 ** attempt)
    }
  }
}

/** The database's time now, as a value to write. */
export function now({ trx, db }: Transaction): Knex.Raw {
  return trx.raw(db.dialect.now)
}

/** The database's time in `ms` milliseconds, as a value to write. */
export function later({ trx, db }: Transaction, ms: number): Knex.Raw {
  return trx.raw(db.dialect.later(ms))
}

/** The same, read: for many rows at once. */
export async function readNow({ trx, db }: Transaction): Promise<string> {
  const [row]: Array<{ at: string }> = await trx.select(trx.raw(`${db.dialect.now} AS at`))
  if (row === undefined) throw new Error('the database does not tell the time')
  return row.at
}
