/** Which copies may run, as far as order goes? The fast filter of the rule in core/ordering.ts, for SQL. */
import type { Knex } from 'knex'
import type { Dialect } from './dialect.ts'

/**
 * Of `zenodo_copies c`: the copy waits, and nothing holds it back; the rule itself has the last word, whatever the stored order says. A
 * later copy may be running when an earlier one was put back; they never run together.
 * With hints: while a table grows fast, its statistics are those of a small one, and a plan for that scans it once for each copy.
 */
export function isReady({ byIndex }: Dialect): string {
  const running = `SELECT 1 FROM ${byIndex('zenodo_copies', 'r', 'zenodo_copies_running_unique')}
    WHERE r.running_key = CONCAT(c.dataset_id, ':', c.family)`
  const earlier = `SELECT 1 FROM ${byIndex('zenodo_copies', 'p', 'zenodo_copies_first')}
    WHERE p.dataset_id = c.dataset_id AND p.family = c.family AND p.open_position < c.position`
  return `c.state = 'enqueued' AND c.held_back = 0 AND NOT EXISTS (${running}) AND NOT EXISTS (${earlier})`
}

/** Restricts a query over `zenodo_copies as c` to copies that wait for an earlier one, or to the others. */
export function whereBlocked(query: Knex.QueryBuilder, blocked: boolean): Knex.QueryBuilder {
  if (blocked) return query.where({ 'c.state': 'enqueued', 'c.held_back': 1 })
  return query.where((either) => {
    either.whereNot('c.state', 'enqueued').orWhere('c.held_back', 0)
  })
}
