/** Where do the databases of the queue tables come from? SQLite in a folder; MariaDB as for the tests, but durable; others for peers. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { openDatabase } from '../../../src/db/connection.ts'
import { migrate } from '../../../src/db/migrate.ts'
import { type ProvidedMariadb, provideMariadb } from '../../support/mariadb.ts'
import type { DatabaseKind } from '../contender.ts'
import { startPostgres, startRedis } from './peer-servers.ts'

export interface BenchDatabase {
  readonly url: string
  drop(): Promise<void>
}

export interface Databases {
  /** A new database, with this product's tables where it may live there. */
  create(kind: DatabaseKind): Promise<BenchDatabase>
  /** Why there is no such server, or null. Starts one when asked for the first time. */
  missing(kind: DatabaseKind): Promise<string | null>
  /** What a commit waits for there, in a few words. Of one that is not missing. */
  durability(kind: DatabaseKind): Promise<string>
  /** Version and durability of those that were used. */
  about(): Promise<Record<string, string>>
  close(): Promise<void>
}

export function openDatabases(): Databases {
  const mariadb = once(provideDurable)
  const peers = { redis: once(startRedis), postgres: once(startPostgres) }
  const create = async (kind: DatabaseKind) => {
    if (kind === 'sqlite') return await createSqlite()
    if (kind === 'mariadb') return await createMariadb((await mariadb()).url)
    return { url: await (await peers[kind]()).create(), drop: async () => {} }
  }
  const missing = async (kind: DatabaseKind) => {
    if (kind === 'sqlite') return null
    if (kind === 'mariadb') return (await mariadb()).url === null ? 'there is no MariaDB here' : null
    return (await peers[kind]()).missing
  }
  const durability = async (kind: DatabaseKind) => {
    if (kind === 'sqlite') return 'synchronous FULL'
    if (kind !== 'mariadb') return (await peers[kind]()).durability
    const { flush } = await settingsOfMariadb((await mariadb()).url ?? '')
    return `flush at commit ${flush}`
  }
  const about = async () => {
    const url = (await mariadb.started())?.url ?? null
    const [redis, postgres] = [await peers.redis.started(), await peers.postgres.started()]
    return {
      ...(await aboutSqlite()),
      ...(url === null ? {} : await aboutMariadb(url)),
      ...(redis ? { Redis: redis.about } : {}),
      ...(postgres ? { PostgreSQL: postgres.about } : {}),
    }
  }
  const close = async () => {
    const servers = await Promise.all([mariadb.started(), peers.redis.started(), peers.postgres.started()])
    await Promise.all(servers.map(async (server) => await server?.stop()))
  }
  return { create, missing, durability, about, close }
}

/** Started when asked for the first time; `started` only looks. */
function once<T>(start: () => Promise<T>) {
  let started: Promise<T> | null = null
  const get = () => {
    started ??= start()
    return started
  }
  return Object.assign(get, { started: async () => await started })
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

async function settingsOfMariadb(url: string): Promise<Record<string, string | number>> {
  const sql =
    'SELECT VERSION() version, @@innodb_flush_log_at_trx_commit flush, @@log_bin log_bin, @@sync_binlog sync_binlog, @@innodb_buffer_pool_size pool'
  const [row] = (await ask(url, sql)) as Array<Record<string, string | number>>
  return row ?? {}
}

async function aboutMariadb(url: string): Promise<Record<string, string>> {
  const { version, flush, log_bin, sync_binlog, pool } = await settingsOfMariadb(url)
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
