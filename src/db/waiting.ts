/** Of the copies that are enqueued, how many wait for what? Counted in the index that claims are made from. */
import type { Waiting } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'

interface Row {
  readonly held_back: number
  readonly is_due: number
  readonly count: number
}

export async function waiting({ knex, dialect }: Database): Promise<Waiting> {
  const copies = dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_next_due')
  const sql = `SELECT held_back, run_after <= ${dialect.now} AS is_due, COUNT(*) AS count FROM ${copies}
    WHERE c.state = 'enqueued' GROUP BY held_back, is_due`
  const rows = dialect.rows(await knex.raw(sql)) as Row[]
  const sum = (some: (row: Row) => boolean) => rows.filter(some).reduce((total, { count }) => total + count, 0)
  return {
    due: sum((row) => row.held_back === 0 && row.is_due === 1),
    later: sum((row) => row.held_back === 0 && row.is_due === 0),
    blocked: sum((row) => row.held_back === 1),
  }
}
