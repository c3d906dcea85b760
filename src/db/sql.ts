/** How do the statements of each claim and finish go to the database? As text: building them anew would cost as much as running them. */
import type { Transaction } from './transaction.ts'

/** What drivers take as it is; lists are spelled out with `marks`. */
export type PlainValue = string | number | null
type Bindings = readonly PlainValue[]

/** The rows of a SELECT. */
export async function rowsOf<Row>({ trx, db }: Transaction, sql: string, bindings: Bindings): Promise<Row[]> {
  return db.dialect.rows(await trx.raw(sql, [...bindings])) as Row[]
}

/** @returns how many rows an INSERT, UPDATE or DELETE changed, or matched */
export async function write({ trx, db }: Transaction, sql: string, bindings: Bindings): Promise<number> {
  return db.dialect.changed(await trx.raw(sql, [...bindings]))
}

/** `(?, ?, ?)` for so many values. */
export function marks(count: number): string {
  return `(${Array.from({ length: count }, () => '?').join(', ')})`
}
