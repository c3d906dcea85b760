/** How do many rows go into a table? A few statements with many rows each, none too long for the server. */
import type { Knex } from 'knex'
import type { Round } from './round.ts'
import type { PlainValue } from './sql.ts'

export type PlainRow = Readonly<Record<string, PlainValue>>

/** Well within what SQLite binds in a statement (32,766), with the widest table there is. */
const rowsAtOnce = 500
/** Servers take 16 MiB in a statement unless told otherwise; manifests may be long. */
const charactersAtOnce = 1_000_000

/**
 * In the order given. All rows have the columns of the first one.
 * Written here because knex joins rows for SQLite by UNION, which is slow to prepare and ends at 500.
 * @param then SQL for rows that are there already
 */
export async function insertRows(
  trx: Knex.Transaction,
  table: string,
  rows: readonly PlainRow[],
  then = '',
): Promise<void> {
  for (const { sql, bindings } of inserts(table, rows, then)) await trx.raw(sql, bindings)
}

/** The same, sent with others. */
export function askInsert(round: Round, table: string, rows: readonly PlainRow[]): void {
  for (const { sql, bindings } of inserts(table, rows, '')) round.ask(sql, bindings)
}

function* inserts(table: string, rows: readonly PlainRow[], then: string) {
  const columns = Object.keys(rows[0] ?? {})
  const names = columns.map((column) => `\`${column}\``).join(', ')
  const places = `(${columns.map(() => '?').join(', ')})`
  for (const part of parts(rows)) {
    const bindings = part.flatMap((row) => columns.map((column): PlainValue => row[column] ?? null))
    yield { sql: `insert into ${table} (${names}) values ${part.map(() => places).join(', ')} ${then}`, bindings }
  }
}

function* parts(rows: readonly PlainRow[]): Generator<readonly PlainRow[]> {
  let first = 0
  let characters = 0
  for (const [index, row] of rows.entries()) {
    const length = lengthOf(row)
    if (index > first && (index - first === rowsAtOnce || characters + length > charactersAtOnce)) {
      yield rows.slice(first, index)
      first = index
      characters = 0
    }
    characters += length
  }
  if (first < rows.length) yield rows.slice(first)
}

function lengthOf(row: PlainRow): number {
  return Object.values(row).reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
}
