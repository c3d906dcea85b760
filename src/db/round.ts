/**
 * How do statements that do not need each other's answers go to the database? As one, where it takes several: each round trip
 * costs as much as a small statement.
 *
 * The text is ours and constant but for the number of its marks; values are only ever bound. Connections that take several statements
 * are used for nothing else, so what people send can nowhere become a statement of its own.
 */
import type { PlainValue } from './sql.ts'
import type { Transaction } from './transaction.ts'

/** Statements on their way. */
export interface Round {
  /** @returns the rows of the answer, to be called after `send` */
  ask<Row>(sql: string, bindings: readonly PlainValue[]): () => readonly Row[]
  /** In the order in which they were asked. The first that fails is thrown; those after it are not carried out. */
  send(): Promise<void>
}

interface Statement {
  readonly sql: string
  readonly bindings: readonly PlainValue[]
}

/** @param transaction one of `inRounds` */
export function newRound({ trx, db: { dialect } }: Transaction): Round {
  const statements: Statement[] = []
  let answers: readonly unknown[] = []
  const sendAll = async () => {
    const sql = statements.map((one) => one.sql).join(';\n')
    const bindings = statements.flatMap((one) => one.bindings)
    return await trx.raw(sql, bindings)
  }
  const sendEach = async () => {
    const all: unknown[] = []
    for (const { sql, bindings } of statements) all.push(await trx.raw(sql, [...bindings]))
    return all
  }
  return {
    ask<Row>(sql: string, bindings: readonly PlainValue[]) {
      const index = statements.push({ sql, bindings }) - 1
      return () => dialect.rows(answers[index]) as Row[]
    },
    send: async () => {
      if (statements.length === 0) return
      answers = dialect.answers === null ? await sendEach() : dialect.answers(await sendAll(), statements.length)
    },
  }
}
