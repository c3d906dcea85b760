/** Where do MySQL and SQLite differ? Clock, null-safe equality, locks, answers and error numbers: here, and nowhere else. */

export type DatabaseKind = 'mysql' | 'sqlite'

/** SQL fragments. The clock is always the database's: hosts disagree, and a frozen process does not know how late it is. */
export interface Dialect {
  /** The time now, UTC. In MySQL the start of the statement, so waiting for a lock makes a lease shorter, never longer. */
  readonly now: string
  /** The time `ms` milliseconds from now. */
  later(ms: number): string
  /** Milliseconds from the time in `column` until now; negative when it lies ahead. */
  msSince(column: string): string
  /** Milliseconds since 1970. */
  readonly epochMs: string
  /** The larger of two numbers. */
  larger(left: string, right: string): string
  /** Ends an insert whose rows may be there already, by a unique column: those stay as they are. */
  orKeep(column: string): string
  /** Equality that holds between two nulls. */
  readonly same: string
  /** What a SELECT ends with to lock its rows: against changes; against all; against all, without those that others hold. */
  readonly lock: { readonly share: string; readonly rows: string; readonly freeRows: string }
  /** A table, read in the order of this index. */
  byIndex(table: string, alias: string, index: string): string
  /** The answers to so many statements that went there as one; null: each goes by itself. */
  readonly answers: ((answer: unknown, count: number) => unknown[]) | null
  /** The rows in the driver's answer to a SELECT. */
  rows(answer: unknown): unknown[]
  /** The number of rows in the driver's answer to a change. */
  changed(answer: unknown): number
  /** Statements that take and release a lock for the length of a migration; null when a transaction locks all anyway. */
  readonly migrationLock: { readonly take: string; readonly release: string } | null
  /** A SELECT of what the user was granted, as `place` (here, everywhere) and `name`; null where there are no users. */
  readonly rights: string | null
  /** Whether the whole transaction may be tried again: it lost a deadlock, or waited too long for a lock. */
  isTransient(error: unknown): boolean
  isDuplicate(error: unknown): boolean
  /** Whether the database could not be reached, went away, takes no writes now, or does not let this user do it. */
  isUnreachable(error: unknown): boolean
}

interface DatabaseError {
  readonly errno?: number
  readonly errcode?: number
  readonly code?: string
  readonly fatal?: boolean
  readonly name?: string
}

function asDatabaseError(error: unknown): DatabaseError {
  return typeof error === 'object' && error !== null ? error : {}
}

// 1213 deadlock, 1205 lock wait timeout, 1020 record has changed (MariaDB with snapshot isolation)
const mysqlTransient: readonly unknown[] = [1213, 1205, 1020]
// 1045/1044/1142 access denied, 1049 unknown database, 1040 too many connections, 1053 shutdown, 1927 and 4031 session ended
const mysqlUnreachable: readonly unknown[] = [1044, 1045, 1142, 1049, 1040, 1053, 1927, 4031]
// 1047 a node of a cluster that has lost the majority, or is joining it; 1180 the same, found out by a commit
const mysqlNotReady: readonly unknown[] = [1047, 1180]
// 1290 read-only server, 1792 read-only transaction, 1836 read-only mode; 1114, 1021 and 1026 disk full
const mysqlUnwritable: readonly unknown[] = [1290, 1792, 1836, 1114, 1021, 1026]
const networkCodes: readonly unknown[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'PROTOCOL_CONNECTION_LOST',
]

// `name@host`, of which these views quote both parts; the name of a database may hold wildcards, as GRANT takes them
const host = "SUBSTRING_INDEX(CURRENT_USER(), '@', -1)"
const grantee = `CONCAT('''', LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER()) - CHAR_LENGTH(${host}) - 1), '''@''', ${host}, '''')`
const rights = [
  ['everywhere', 'USER_PRIVILEGES', 'TRUE'],
  ['here', 'SCHEMA_PRIVILEGES', 'DATABASE() LIKE TABLE_SCHEMA'],
  ['here', 'TABLE_PRIVILEGES', 'TABLE_SCHEMA = DATABASE()'],
].map(
  ([place, view, where]) =>
    `SELECT '${place}' AS place, PRIVILEGE_TYPE AS name FROM information_schema.${view} WHERE ${where} AND GRANTEE = ${grantee}`,
)

/** Whether this server says that another one is in charge: what connects anew, through a proxy or a moved name, may find that. */
export function refersElsewhere(error: unknown): boolean {
  return [...mysqlNotReady, 1290, 1836].includes(asDatabaseError(error).errno)
}

const mysql: Dialect = {
  now: 'UTC_TIMESTAMP(6)',
  later: (ms) => `(UTC_TIMESTAMP(6) + INTERVAL ${Math.round(ms) * 1000} MICROSECOND)`,
  msSince: (column) => `(TIMESTAMPDIFF(MICROSECOND, ${column}, UTC_TIMESTAMP(6)) DIV 1000)`,
  epochMs: 'FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)',
  larger: (left, right) => `GREATEST(${left}, ${right})`,
  // not IGNORE, which leaves a shared lock behind, over which two callers deadlock, and swallows other errors
  orKeep: (column) => `on duplicate key update ${column} = ${column}`,
  same: '<=>',
  // FOR SHARE is unknown to MariaDB
  lock: { share: 'LOCK IN SHARE MODE', rows: 'FOR UPDATE', freeRows: 'FOR UPDATE SKIP LOCKED' },
  byIndex: (table, alias, index) => `${table} ${alias} FORCE INDEX (${index})`,
  answers: (answer, count) => (count === 1 ? [answer] : (answer as [unknown[]])[0].map((one) => [one])),
  rows: (answer) => (answer as [unknown[]])[0],
  changed: (answer) => (answer as [{ readonly affectedRows: number }])[0].affectedRows,
  migrationLock: {
    take: "SELECT GET_LOCK(LEFT(CONCAT('migrate.', DATABASE()), 64), 60) AS taken",
    release: "DO RELEASE_LOCK(LEFT(CONCAT('migrate.', DATABASE()), 64))",
  },
  rights: `${rights.join(' UNION ')} ORDER BY place, name`,
  isTransient: (error) => mysqlTransient.includes(asDatabaseError(error).errno),
  isDuplicate: (error) => asDatabaseError(error).errno === 1062,
  isUnreachable: (error) => {
    const { errno, code, fatal, name } = asDatabaseError(error)
    if (fatal === true || name === 'KnexTimeoutError') return true
    return [...mysqlUnreachable, ...mysqlNotReady, ...mysqlUnwritable].includes(errno) || networkCodes.includes(code)
  },
}

// primary result codes: 5 busy, 6 locked; 8 read-only, 10 input/output, 13 disk full, 14 cannot open, 26 not a database
const sqliteTransient: readonly number[] = [5, 6]
const sqliteUnreachable: readonly number[] = [8, 10, 13, 14, 26]

/** The extended code carries the primary one in its low byte (sqlite.org/rescode.html). */
function sqliteCode(error: unknown): number {
  return (asDatabaseError(error).errcode ?? 0) & 0xff
}

const sqlite: Dialect = {
  now: "strftime('%Y-%m-%d %H:%M:%f', 'now')",
  later: (ms) => `strftime('%Y-%m-%d %H:%M:%f', 'now', '${(Math.round(ms) / 1000).toFixed(3)} seconds')`,
  msSince: (column) => `CAST(ROUND((julianday('now') - julianday(${column})) * 86400000) AS INTEGER)`,
  epochMs: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
  larger: (left, right) => `MAX(${left}, ${right})`,
  orKeep: (column) => `on conflict (${column}) do nothing`,
  same: 'IS',
  // a transaction has the whole file
  lock: { share: '', rows: '', freeRows: '' },
  byIndex: (table, alias, index) => `${table} ${alias} INDEXED BY ${index}`,
  answers: null,
  rows: (answer) => answer as unknown[],
  changed: (answer) => (answer as { readonly changes: number }).changes,
  migrationLock: null,
  rights: null,
  isTransient: (error) => sqliteTransient.includes(sqliteCode(error)),
  // 1555 primary key, 2067 unique
  isDuplicate: (error) => [1555, 2067].includes(asDatabaseError(error).errcode ?? 0),
  isUnreachable: (error) =>
    sqliteUnreachable.includes(sqliteCode(error)) || fileCodes.includes(asDatabaseError(error).code),
}

/** What the file system says of a place where no database can be. */
const fileCodes: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS']

/** The dialect of a kind of database. */
export function dialectOf(kind: DatabaseKind): Dialect {
  return kind === 'mysql' ? mysql : sqlite
}

/** A time as the databases write it (`2026-11-01 12:00:00.000`, UTC) in ISO 8601. */
export function isoTime(stored: string): string {
  const [seconds, fraction = ''] = stored.split('.')
  return `${(seconds ?? '').replace(' ', 'T')}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
}

/** An ISO 8601 time as the databases write and compare it. */
export function storedTime(iso: string): string {
  return new Date(iso).toISOString().replace('T', ' ').replace('Z', '')
}
