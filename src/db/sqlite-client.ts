/** How does knex speak to the SQLite that comes with Node? Its better-sqlite3 dialect, driving `node:sqlite` instead. */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import BetterSqlite3Client from 'knex/lib/dialects/better-sqlite3/index.js'

/** How long a statement waits for another process's write to end. Transactions here take milliseconds. */
const busyTimeoutMs = 5000

interface Query {
  readonly sql: string
  readonly bindings: unknown
  response?: unknown
  context?: unknown
}

/** Sources may be presigned addresses, so a new file is for its owner only; SQLite gives its other files the same mode. */
function keepPrivate(filename: string): void {
  if (filename !== ':memory:') closeSync(openSync(filename, 'a', 0o600))
}

/** A knex client over `DatabaseSync`. `connection.filename` is the file, or `:memory:`. */
export class NodeSqliteClient extends BetterSqlite3Client {
  override _driver(): unknown {
    return DatabaseSync
  }

  override async acquireRawConnection(): Promise<DatabaseSync> {
    const { filename } = this.connectionSettings as { filename: string }
    keepPrivate(filename)
    const connection = new DatabaseSync(filename, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
    await useWriteAheadLog(connection)
    connection.exec('PRAGMA synchronous = FULL')
    return connection
  }

  override async destroyRawConnection(connection: DatabaseSync): Promise<void> {
    connection.close()
  }

  override async validateConnection(connection: DatabaseSync): Promise<boolean> {
    return connection.isOpen
  }

  override transaction(...args: [unknown, unknown, unknown]) {
    const transaction = super.transaction(...args) as ReturnType<BetterSqlite3Client['transaction']> & Beginning
    transaction.begin = beginImmediate
    return transaction
  }

  async _query(connection: DatabaseSync, query: Query): Promise<Query> {
    const statement = connection.prepare(query.sql)
    const bindings = this._formatBindings(query.bindings) as SQLInputValue[]
    if (statement.columns().length > 0) {
      query.response = statement.all(...bindings)
      return query
    }
    const { changes, lastInsertRowid } = statement.run(...bindings)
    query.response = { changes, lastInsertRowid }
    query.context = { changes, lastID: lastInsertRowid }
    return query
  }
}

interface Beginning {
  begin(connection: DatabaseSync): Promise<void>
}

/**
 * Takes the write lock at once: a transaction that reads first and writes later would fail instead of waiting for its turn.
 * The wait must not be SQLite's own, which would stop the whole process, and the holder of the lock with it when both
 * connections live in one.
 */
async function beginImmediate(connection: DatabaseSync): Promise<void> {
  connection.exec('PRAGMA busy_timeout = 0')
  try {
    await whenNotBusy(() => connection.exec('BEGIN IMMEDIATE'))
  } finally {
    connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
  }
}

/** Turning the log on needs the file alone, and SQLite does not wait for that by itself when two processes start at once. */
async function useWriteAheadLog(connection: DatabaseSync): Promise<void> {
  await whenNotBusy(() => connection.exec('PRAGMA journal_mode = WAL'))
}

async function whenNotBusy(action: () => void): Promise<void> {
  for (const end = performance.now() + busyTimeoutMs; ; await delay(5 + Math.random() * 10)) {
    try {
      action()
      return
    } catch (error) {
      // 5: SQLITE_BUSY
      if (performance.now() > end || (error as { errcode?: number }).errcode !== 5) throw error
    }
  }
}
