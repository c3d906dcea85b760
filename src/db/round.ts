/**
 * How do statements that do not need each other's answers go to the database? As one, where it takes several and they are not too long:
 * each round trip costs as much as a small statement.
 *
 * The text is ours and constant but for the number of its marks; values are only ever bound. Connections that take several statements
 * are used for little else, so what people send can nowhere become a statement of its own.
 */
import { portions } from './portions.ts'
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
  const answers: unknown[] = []
  const sendPortion = async (portion: readonly Statement[]) => {
    const sql = portion.map((one) => one.sql).join(';\n')
    const bindings = portion.flatMap((one) => one.bindings)
    const answer = await trx.raw(sql, bindings)
    answers.push(...(dialect.answers?.(answer, portion.length) ?? [answer]))
  }
  return {
    ask<Row>(sql: string, bindings: readonly PlainValue[]) {
      const index = statements.push({ sql, bindings }) - 1
      return () => dialect.rows(answers[index]) as Row[]
    },
    send: async () => {
      // those that end together may have much to tell of their files
      const all = dialect.answers === null ? statements.map((one) => [one]) : portions(statements, valuesOf)
      for (const portion of all) await sendPortion(portion)
    },
  }
}

function valuesOf({ sql, bindings }: Statement): readonly PlainValue[] {
  return [sql, ...bindings]
}
