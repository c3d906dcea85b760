/** A throwaway database for a test file: made, migrated and dropped by the test. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { migrate } from '../../src/db/migrate.ts'

export type TestDatabaseKind = 'sqlite' | 'mariadb'

/** The kinds that can be tested here; the start of the test run says loudly when MariaDB is missing. */
export const databases: readonly TestDatabaseKind[] = inject('mysqlUrl') === null ? ['sqlite'] : ['sqlite', 'mariadb']

export interface TestDatabase {
  readonly url: string
  readonly db: Database
  /** Closes the connection and removes the database. */
  drop(): Promise<void>
}

/** A new, migrated database. */
export async function createTestDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  const empty = await createEmptyDatabase(kind)
  await migrate(empty.db)
  return empty
}

/** A new database without tables. */
export async function createEmptyDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  return kind === 'sqlite' ? await createSqlite() : await createMariadb()
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-test-'))
  const url = `sqlite:${join(folder, 'test.db')}`
  const db = openDatabase(url)
  const drop = async () => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { url, db, drop }
}

async function createMariadb(): Promise<TestDatabase> {
  const server = inject('mysqlUrl')
  if (server === null) throw new Error(inject('mysqlMissing') ?? 'no MariaDB')
  const name = `replicator_test_${randomBytes(6).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const db = openDatabase(url.href)
  const drop = async () => {
    await db.close()
    await administer(server, `DROP DATABASE ${name}`)
  }
  return { url: url.href, db, drop }
}

async function administer(server: string, sql: string): Promise<void> {
  const connection = await mysql.createConnection(server)
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
