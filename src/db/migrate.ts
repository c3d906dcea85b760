/** Is the schema the one this release needs, and how does it become that? */
import { readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { Failure } from '../core/failure.ts'
import type { Database } from './connection.ts'

/** The same two steps up from `src/db` and from `dist/db`. */
const folder = new URL('../../migrations/', import.meta.url)
const table = 'knex_migrations'

/** Not knex's own reader: that one decides between `require` and `import` by the working directory. */
const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => (await readdir(folder)).filter((name) => /^\d{14}_\w+\.js$/.test(name)).sort(),
  getMigrationName: (name) => name,
  getMigration: async (name) => (await import(new URL(name, folder).href)) as Knex.Migration,
}

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
  const known = await migrationSource.getMigrations([])
  const applied: string[] = (await db.knex.schema.hasTable(table))
    ? await db.knex(table).orderBy('id').pluck('name')
    : []
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

/**
 * Brings the schema up to date. Harmless to repeat, and when several processes do it at once.
 * @returns the names of the migrations that were run now
 * @throws Failure `schema_newer`
 */
export async function migrate(db: Database): Promise<readonly string[]> {
  const before = await migrationStatus(db)
  requireNotNewer(db, before)
  if (before.pending.length === 0) return []
  for (let attempt = 1; ; attempt++) {
    try {
      const [, names] = (await db.knex.migrate.latest({ migrationSource, tableName: table })) as [number, string[]]
      return names
    } catch (error) {
      if (!mayCure(error, attempt)) throw error
      await delay(250)
    }
  }
}

/**
 * Whether another process is at it: it holds knex's lock, or was quicker to make knex's own tables (1050 of MySQL, 1 of
 * SQLite). The latter looks the same as a broken migration, so it is not tried for long.
 */
function mayCure(error: unknown, attempt: number): boolean {
  const { name, errno, errcode } = error as { name?: string; errno?: number; errcode?: number }
  if (name === 'MigrationLocked') return attempt < 40
  return (errno === 1050 || errcode === 1) && attempt < 3
}

/** @throws Failure `schema_outdated` or `schema_newer` unless the schema is exactly this release's. */
export async function requireCurrentSchema(db: Database): Promise<void> {
  const status = await migrationStatus(db)
  requireNotNewer(db, status)
  if (status.pending.length === 0) return
  const lacks = status.applied.length === 0 ? 'has no tables yet' : `lacks ${status.pending.join(', ')}`
  throw new Failure('schema_outdated', `The ${db.label} ${lacks}.`, { details: { pending: status.pending } })
}

function requireNotNewer(db: Database, status: MigrationStatus): void {
  if (status.unknown.length === 0) return
  const text = `The ${db.label} has migrations that this release does not know: ${status.unknown.join(', ')}.`
  throw new Failure('schema_newer', text, { details: { unknown: status.unknown } })
}
