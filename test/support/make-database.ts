/** How is a throwaway database made, and removed again? Without the test runner, so that programs can use it too. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { serviceRights } from '../../src/db/rights.ts'

export type TestDatabaseKind = 'sqlite' | 'mariadb'

export interface TestDatabase {
  /** As the service's user, who may read and write rows and nothing else. */
  readonly url: string
  readonly db: Database
  /** As the user who migrates, who may make and change tables too. In SQLite there are no users, so it is the same. */
  readonly owner: { readonly url: string; readonly db: Database }
  /** Closes the connections and removes the database. */
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
  return { url, db, owner: { url, db }, drop }
}

/** @param server address of a MySQL or MariaDB, of a user who may make databases and users there */
export async function makeMariadb(server: string): Promise<TestDatabase> {
  const name = `replicator_test_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await administer(server, [
    `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
    `CREATE USER ${name}@'%' IDENTIFIED BY '${password}'`,
    `GRANT ${serviceRights.join(', ')} ON ${name}.* TO ${name}@'%'`,
  ])
  const owner = new URL(server)
  owner.pathname = `/${name}`
  const url = new URL(owner)
  Object.assign(url, { username: name, password })
  const [db, ownerDb] = [openDatabase(url.href), openDatabase(owner.href)]
  const drop = async () => {
    await Promise.all([db.close(), ownerDb.close()])
    await administer(server, [`DROP DATABASE ${name}`, `DROP USER ${name}@'%'`])
  }
  return { url: url.href, db, owner: { url: owner.href, db: ownerDb }, drop }
}

async function administer(server: string, statements: readonly string[]): Promise<void> {
  const connection = await mysql.createConnection(server)
  try {
    for (const sql of statements) await connection.query(sql)
  } finally {
    await connection.end()
  }
}
