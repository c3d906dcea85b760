/** How do many rows go into a table? A few statements with many rows each, none too long for the server. */
import type { Knex } from 'knex'
import { portions } from './portions.ts'
import type { Round } from './round.ts'
import type { PlainValue } from './sql.ts'

export type PlainRow = Readonly<Record<string, PlainValue>>

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
  for (const part of portions(rows, Object.values)) {
    const bindings = part.flatMap((row) => columns.map((column): PlainValue => row[column] ?? null))
    yield { sql: `insert into ${table} (${names}) values ${part.map(() => places).join(', ')} ${then}`, bindings }
  }
}
