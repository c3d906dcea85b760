/** Where do the databases of the queue tables come from? SQLite in a folder; MariaDB as for the tests, but durable. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { openDatabase } from '../../../src/db/connection.ts'
import { migrate } from '../../../src/db/migrate.ts'
import { type ProvidedMariadb, provideMariadb } from '../../support/mariadb.ts'

export type Kind = 'sqlite' | 'mariadb'

export interface BenchDatabase {
  readonly url: string
  drop(): Promise<void>
}

export interface Databases {
  /** A new, migrated database. */
  create(kind: Kind): Promise<BenchDatabase>
  /** Why there is no MariaDB, or null. Starts one when asked for the first time. */
  missing(kind: Kind): Promise<string | null>
  /** Version and durability of those that were used. */
  about(): Promise<Record<string, string>>
  close(): Promise<void>
}

export function openDatabases(): Databases {
  let provided: Promise<ProvidedMariadb> | null = null
  const server = () => {
    provided ??= provideDurable()
    return provided
  }
  return {
    create: async (kind) => (kind === 'sqlite' ? await createSqlite() : await createMariadb((await server()).url)),
    missing: async (kind) => (kind === 'sqlite' || (await server()).url !== null ? null : 'there is no MariaDB here'),
    about: async () => {
      const { url } = provided === null ? { url: null } : await provided
      return { ...(await aboutSqlite()), ...(url === null ? {} : await aboutMariadb(url)) }
    },
    close: async () => await (await provided)?.stop(),
  }
}

/** One that was started here does without fsync, for quick tests; a benchmark must not. One that was named stays as it is. */
async function provideDurable(): Promise<ProvidedMariadb> {
  const provided = await provideMariadb()
  if (provided.url !== null && provided.url !== process.env.TEST_MYSQL_URL) {
    await ask(provided.url, 'SET GLOBAL innodb_flush_log_at_trx_commit = 1')
    await ask(provided.url, 'SET GLOBAL innodb_buffer_pool_size = 1073741824')
  }
  return provided
}

async function createSqlite(): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-bench-'))
  const url = `sqlite:${join(folder, 'bench.db')}`
  await migrateAt(url)
  return { url, drop: () => rm(folder, { recursive: true, force: true }) }
}

async function createMariadb(server: string | null): Promise<BenchDatabase> {
  if (server === null) throw new Error('there is no MariaDB here')
  const name = `replicator_bench_${randomBytes(6).toString('hex')}`
  await ask(server, `CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
  const url = new URL(server)
  url.pathname = `/${name}`
  await migrateAt(url.href)
  const drop = async () => {
    await ask(server, `DROP DATABASE ${name}`)
  }
  return { url: url.href, drop }
}

async function migrateAt(url: string): Promise<void> {
  const db = openDatabase(url)
  try {
    await migrate(db)
  } finally {
    await db.close()
  }
}

async function aboutSqlite(): Promise<Record<string, string>> {
  // TMPFS_MAGIC of linux/magic.h
  const inMemory = (await statfs(tmpdir())).type === 0x01021994
  const where = inMemory ? 'in memory (tmpfs): its fsync costs nothing' : 'on disk'
  return { SQLite: `${process.versions.sqlite}, write-ahead log, synchronous = FULL, ${where}` }
}

async function aboutMariadb(url: string): Promise<Record<string, string>> {
  const sql =
    'SELECT VERSION() version, @@innodb_flush_log_at_trx_commit flush, @@log_bin log_bin, @@sync_binlog sync_binlog, @@innodb_buffer_pool_size pool'
  const [row] = (await ask(url, sql)) as Array<Record<string, string | number>>
  const { version, flush, log_bin, sync_binlog, pool } = row ?? {}
  const binlog = log_bin === 1 ? `sync_binlog = ${sync_binlog}` : 'no binary log'
  const flushing = `innodb_flush_log_at_trx_commit = ${flush}`
  return { MariaDB: `${version}, ${flushing}, ${binlog}, buffer pool of ${Number(pool) / 1024 ** 2} MiB` }
}

async function ask(server: string, sql: string): Promise<unknown> {
  const connection = await mysql.createConnection(server)
  try {
    const [rows] = await connection.query(sql)
    return rows
  } finally {
    await connection.end()
  }
}
