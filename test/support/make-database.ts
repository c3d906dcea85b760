/** How is a throwaway database made, and removed again? Without the test runner, so that programs can use it too. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { type Database, openDatabase } from '../../src/db/connection.ts'

export type TestDatabaseKind = 'sqlite' | 'mariadb'

export interface TestDatabase {
  readonly url: string
  readonly db: Database
  /** Closes the connection and removes the database. */
  drop(): Promise<void>
}

/** A file in a folder of its own, without tables. */
export async function makeSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-test-'))
  const url = `sqlite:${join(folder, 'test.db')}`
  const db = openDatabase(url)
  const drop = async () => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { url, db, drop }
}

/** @param server address of a MySQL or MariaDB on which databases may be created */
export async function makeMariadb(server: string): Promise<TestDatabase> {
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
