/** Is the schema the one this release needs, and how does it become that? */
import { readdir } from 'node:fs/promises'
import type { Knex } from 'knex'
import { Failure } from '../core/failure.ts'
import { type Database, unreachable } from './connection.ts'
import { answeredWithin } from './patience.ts'

/** The same two steps up from `src/db` and from `dist/db`. */
const folder = new URL('../../migrations/', import.meta.url)
const table = 'knex_migrations'

export interface MigrationStatus {
  /** Names of migrations that were run, oldest first. */
  readonly applied: readonly string[]
  /** Names that this release has and the database does not. */
  readonly pending: readonly string[]
  /** Names that the database has and this release does not: a newer release has been here. */
  readonly unknown: readonly string[]
}

/** Reads only: an empty database stays empty. */
export async function migrationStatus(db: Database): Promise<MigrationStatus> {
  return await statusOf(db.knex)
}

/**
 * Brings the schema up to date. Harmless to repeat; of several processes that do it at once, one works and the others wait.
 * @returns the names of the migrations that were run now
 * @throws Failure `schema_newer`; `database_unreachable`, also for a user who may not make or change tables
 */
export async function migrate(db: Database): Promise<readonly string[]> {
  requireNotNewer(db, await statusOf(db.knex))
  try {
    // changing a large table takes as long as it takes
    return await answeredWithin(null, () => migrateAlone(db))
  } catch (error) {
    throw db.dialect.isUnreachable(error) ? unreachable(db.label, error) : error
  }
}

async function migrateAlone(db: Database): Promise<readonly string[]> {
  // knex's own migrator leaves its lock behind when its process is killed; these locks end with their connection
  return await db.knex.transaction(async (trx) => {
    await lock(trx, db)
    try {
      return await runPending(trx)
    } finally {
      if (db.dialect.migrationLock) await trx.raw(db.dialect.migrationLock.release)
    }
  })
}

/** In SQLite the transaction is the lock. In MySQL, where DDL commits, a named one lasts as long as the connection. */
async function lock(trx: Knex.Transaction, db: Database): Promise<void> {
  if (!db.dialect.migrationLock) return
  const [rows] = (await trx.raw(db.dialect.migrationLock.take)) as [Array<{ taken: number | null }>]
  if (rows[0]?.taken === 1) return
  throw new Failure('schema_outdated', `Another process has been migrating the ${db.label} for more than a minute.`)
}

async function runPending(trx: Knex.Transaction): Promise<readonly string[]> {
  if (!(await trx.schema.hasTable(table))) await createOwnTable(trx)
  const { pending } = await statusOf(trx)
  const batches: number[] = await trx(table).pluck('batch')
  const batch = Math.max(0, ...batches) + 1
  for (const name of pending) {
    const migration = (await import(new URL(name, folder).href)) as Knex.Migration
    await migration.up(trx)
    await trx(table).insert({ name, batch, migration_time: trx.fn.now() })
  }
  return pending
}

/** As knex makes it, so that its tools can read it. */
async function createOwnTable(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable(table, (columns) => {
    columns.increments('id')
    columns.string('name')
    columns.integer('batch')
    columns.timestamp('migration_time')
  })
}

/** @throws Failure `schema_outdated` or `schema_newer` unless the schema is exactly this release's. */
export async function requireCurrentSchema(db: Database): Promise<void> {
  const status = await statusOf(db.knex)
  requireNotNewer(db, status)
  if (status.pending.length === 0) return
  const lacks = status.applied.length === 0 ? 'has no tables yet' : `lacks ${status.pending.join(', ')}`
  throw new Failure('schema_outdated', `The ${db.label} ${lacks}.`, { details: { pending: status.pending } })
}

async function statusOf(knex: Knex): Promise<MigrationStatus> {
  const known = (await readdir(folder)).filter((name) => /^\d{14}_\w+\.js$/.test(name)).sort()
  const applied: string[] = (await knex.schema.hasTable(table)) ? await knex(table).orderBy('id').pluck('name') : []
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

function requireNotNewer(db: Database, status: MigrationStatus): void {
  if (status.unknown.length === 0) return
  const text = `The ${db.label} has migrations that this release does not know: ${status.unknown.join(', ')}.`
  throw new Failure('schema_newer', text, { details: { unknown: status.unknown } })
}
