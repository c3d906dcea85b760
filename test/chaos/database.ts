/** Which database do the workers have? A MariaDB of its own, whose clock can be set, whose disk can be full, and which can be ended. */
import { execFile, execFileSync } from 'node:child_process'
import { glob, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import { migrate } from '../../src/db/migrate.ts'
import { makeMariadb, type TestDatabase } from '../support/make-database.ts'
import { provideProgram } from '../support/mariadb.ts'
import { type MariadbServer, makeServer } from '../support/mariadb-server.ts'

const run = promisify(execFile)

export interface ChaosDatabase {
  readonly server: Pick<MariadbServer, 'start' | 'stop'>
  readonly database: TestDatabase
  /** Sets its clock so many seconds ahead; null: it cannot be set here. */
  readonly setClock: ((aheadSeconds: number) => Promise<void>) | null
  /** Fills its disk, and empties it again; null: it has no disk of its own here. */
  readonly disk: { fill(): Promise<void>; free(): Promise<void> } | null
  /** Cuts one of its nodes off from the others; null: it is no cluster. */
  readonly split: { cut(): Promise<void>; heal(): Promise<void> } | null
  /** What cannot be done here, and what would be needed. */
  readonly missing: readonly string[]
  /** A statement of its administrator. */
  administer(sql: string): Promise<void>
  close(): Promise<void>
}

/** What a server needs to begin with is about a third of it. */
const diskSize = '640m'

/** Migrated. @returns null when there is no MariaDB here, and none may be installed */
export async function openDatabase(): Promise<ChaosDatabase | null> {
  const program = await provideProgram()
  if (program === null) return null
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-chaos-db-'))
  const mounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  const unmountAtExit = () => void execFileSync('umount', ['--lazy', folder])
  if (mounted) process.on('exit', unmountAtExit)
  const clock = await clockIn(folder)
  const server = await makeServer(program, { parent: folder, ...(clock === null ? {} : { env: clock.env }) })
  await server.start()
  const database = await makeMariadb(server.url)
  await migrate(database.owner.db)
  return {
    server,
    database,
    setClock: clock?.set ?? null,
    disk: mounted ? diskIn(folder) : null,
    split: null,
    missing: [
      ...(clock === null ? ["The database's clock is not stepped: that needs libfaketime (Debian: faketime)."] : []),
      ...(mounted ? [] : ["The database's disk is not filled: that needs root, for a small file system of its own."]),
    ],
    administer: (sql) => administer(server.url, sql),
    async close() {
      await Promise.all([database.db.close(), database.owner.db.close()])
      await server.remove()
      process.off('exit', unmountAtExit)
      if (mounted) await run('umount', [folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Only the time of day: what waits for so many seconds goes on as it should. */
const clockSettings = { FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_CACHE_DURATION: '1' }

async function clockIn(folder: string) {
  const file = join(folder, 'clock')
  const set = async (ahead: number) => await writeFile(file, `${ahead < 0 ? '' : '+'}${ahead}\n`)
  for await (const library of glob('/usr/lib/*/faketime/libfaketimeMT.so.1')) {
    await set(0)
    return { set, env: { ...clockSettings, LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file } }
  }
  return null
}

function diskIn(folder: string): NonNullable<ChaosDatabase['disk']> {
  const ballast = join(folder, 'ballast')
  return {
    async fill() {
      // what the server has reserved for itself it keeps
      for await (const file of glob(join(folder, '*/data/{ib,undo}*'))) {
        await run('fallocate', ['-l', String((await stat(file)).size), file])
      }
      // ends when there is no space left
      await run('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k']).catch(() => undefined)
    },
    free: async () => await rm(ballast, { force: true }),
  }
}

async function administer(url: string, sql: string): Promise<void> {
  const connection = await mysql.createConnection(url)
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
