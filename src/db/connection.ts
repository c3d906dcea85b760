/** How is the database opened, checked and closed? One address in, one `Database` out. */
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import knex, { type Knex } from 'knex'
import { Failure } from '../core/failure.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import { PatientMysqlClient } from './mysql-client.ts'
import { NodeSqliteClient } from './sqlite-client.ts'

/** An open database. Everything in this room takes it as its first argument. */
export interface Database {
  readonly knex: Knex
  /** The same database, for turns of the queue and renewals of the lease alone: its connections take several statements at once, so only our own text may be said there, with values bound. */
  readonly rounds: Knex
  readonly dialect: Dialect
  /**
   * Whether several servers take writes (Galera): the locks of a transaction are then unknown to the others, and only what is written
   * makes two of them collide, at their commit. Known once a connection was made.
   */
  isCluster(): boolean
  /** What people are told: kind, host and name, never user or password. */
  readonly label: string
  /** @throws Failure `database_unreachable`, naming host and database. */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens lazily: the first statement connects.
 * @param url `mysql://user:password@host:port/name`, or `sqlite:PATH` (relative to the working directory, or `:memory:`).
 * @throws Failure `config_invalid` when the address is neither.
 */
export function openDatabase(url: string): Database {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length))
  if (url.startsWith('mysql://')) return openMysql(url)
  throw refused('it must begin with mysql:// or sqlite:')
}

/** The address itself is not repeated: it may hold a password. */
function refused(why: string): Failure {
  const forms = 'mysql://user:password@host:port/name or sqlite:PATH'
  return new Failure('config_invalid', `database.url is not usable: ${why}. Accepted: ${forms}.`, {
    details: { setting: 'database.url' },
  })
}

function openSqlite(path: string): Database {
  if (path === '') throw refused('the path of the SQLite file is missing')
  const filename = path === ':memory:' ? path : resolve(path)
  const instance = knex({
    client: NodeSqliteClient,
    connection: { filename },
    useNullAsDefault: true,
    compileSqlOnError,
    log,
    // one connection: SQLite has one writer anyway, and a database in memory lives as long as its connection
    pool: { min: 1, max: 1 },
  })
  return database(
    { knex: instance, rounds: instance, isCluster: () => false },
    { kind: 'sqlite', label: `SQLite database ${filename}` },
  )
}

/**
 * A leader that is frozen inside a transaction would hold the lease row and keep every successor out. The server ends
 * such a session by itself: MariaDB after 5 idle seconds within a transaction; MySQL knows no such limit, so there (and
 * besides) after 10 idle seconds of any kind, which the pool never lets a connection reach.
 */
const sessionSettings =
  "innodb_lock_wait_timeout = 5, wait_timeout = 10, time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"

/**
 * knex writes to standard output, which belongs to the data of the commands. Its warnings repeat, with the user's name,
 * what is also thrown; so those are dropped.
 */
const complain = (message: unknown) => process.emitWarning(String(message), 'DatabaseWarning')
const log = { error: complain, deprecate: complain, warn: () => undefined, debug: () => undefined }

/** The message of an error shows the statement without the values: those are whole manifests, with presigned addresses. */
const compileSqlOnError = false

const pool = { min: 0, max: 10, idleTimeoutMillis: 5000, reapIntervalMillis: 1000, createTimeoutMillis: 10_000 }

function openMysql(url: string): Database {
  const address = parseMysqlUrl(url)
  let isCluster = false
  const afterCreate = (connection: MysqlConnection, done: (error: unknown, connection: unknown) => void) => {
    prepareSession(connection).then(
      (found) => {
        isCluster = found
        done(null, connection)
      },
      (error: unknown) => done(error, connection),
    )
  }
  const open = (multipleStatements: boolean) =>
    knex({
      client: PatientMysqlClient,
      connection: {
        ...address,
        multipleStatements,
        dateStrings: true,
        timezone: 'Z',
        charset: 'utf8mb4',
        connectTimeout: 5000,
        enableKeepAlive: true,
        keepAliveInitialDelay: 10_000,
      },
      acquireConnectionTimeout: 10_000,
      compileSqlOnError,
      log,
      pool: { ...pool, afterCreate },
    })
  const label = `MySQL database "${address.database}" on ${address.host}:${address.port}`
  return database({ knex: open(false), rounds: open(true), isCluster: () => isCluster }, { kind: 'mysql', label })
}

function parseMysqlUrl(text: string) {
  if (!URL.canParse(text))
    throw refused('it cannot be read (characters such as @ / # in the password must be %-encoded)')
  const url = new URL(text)
  const name = decoded(url.pathname.slice(1))
  if (url.hostname === '') throw refused('the host is missing')
  if (name === '' || name.includes('/')) throw refused('it must end with the name of one database')
  if (url.search !== '' || url.hash !== '') throw refused('nothing may follow the name of the database')
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decoded(url.username),
    password: decoded(url.password),
    database: name,
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refused('a % in it does not begin an encoded character')
  }
}

/** The part of a mysql2 connection that is used here. */
interface MysqlConnection {
  query(sql: string, done: (error: Error | null, rows?: unknown) => void): void
}

/** What a server knows of, by its name here: MySQL has neither. */
const optional = "SHOW VARIABLES WHERE Variable_name IN ('idle_transaction_timeout', 'wsrep_on')"

/**
 * On a node of a cluster every transaction begins with what all others had committed by then, and so does a statement of its own.
 * @returns whether the server is such a node
 */
async function prepareSession(connection: MysqlConnection): Promise<boolean> {
  const query = promisify(connection.query.bind(connection))
  await query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
  await query(`SET SESSION ${sessionSettings}`)
  const rows = (await query(optional)) as Array<{ Variable_name: string; Value: string }>
  const known = new Map(rows.map((row) => [row.Variable_name, row.Value]))
  if (known.has('idle_transaction_timeout')) await query('SET SESSION idle_transaction_timeout = 5')
  const isNode = known.get('wsrep_on') === 'ON'
  if (isNode) await query('SET SESSION wsrep_sync_wait = 7')
  return isNode
}

function database(
  instances: Pick<Database, 'knex' | 'rounds' | 'isCluster'>,
  about: { readonly kind: 'mysql' | 'sqlite'; readonly label: string },
): Database {
  return {
    ...instances,
    dialect: dialectOf(about.kind),
    label: about.label,
    ping: async () => {
      try {
        await instances.knex.select(instances.knex.raw('1 AS one'))
      } catch (error) {
        throw unreachable(about.label, error)
      }
    },
    close: async () => {
      await Promise.all([...new Set([instances.knex, instances.rounds])].map((instance) => instance.destroy()))
    },
  }
}

/** Where the code does not tell a person what it is. */
const reasons: Readonly<Record<string, string>> = {
  ER_UNKNOWN_COM_ERROR: 'this node is without the majority of its cluster, or is joining it',
  ER_ERROR_DURING_COMMIT: 'it could not commit',
  ER_OPTION_PREVENTS_STATEMENT: 'it is read-only',
  ER_RECORD_FILE_FULL: 'its disk is full',
  ER_DISK_FULL: 'its disk is full',
}

/** Drivers' messages may name users, so only their code is passed on. */
export function unreachable(label: string, cause: unknown): Failure {
  const { code, errstr } = cause as { code?: string; errstr?: string }
  const reason = errstr ?? reasons[code ?? ''] ?? code ?? 'no answer'
  return new Failure('database_unreachable', `Cannot use the ${label}: ${reason}.`, { cause, details: { reason } })
}
