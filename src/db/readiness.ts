/** Which copies may run, as far as order goes? The fast filter of the rule in core/ordering.ts, for SQL. */
import type { Knex } from 'knex'

// a later copy may be running when an earlier one was put back; they never run together
const running =
  "SELECT 1 FROM zenodo_copies p WHERE p.dataset_id = c.dataset_id AND p.family = c.family AND p.state = 'replicating'"

/** Of `zenodo_copies c`: the copy waits, and nothing holds it back. */
export const isReady = `c.state = 'enqueued' AND c.held_back = 0 AND NOT EXISTS (${running})`

/** Restricts a query over `zenodo_copies as c` to copies that wait for an earlier one, or to the others. */
export function whereBlocked(query: Knex.QueryBuilder, blocked: boolean): Knex.QueryBuilder {
  if (blocked) return query.where({ 'c.state': 'enqueued', 'c.held_back': 1 })
  return query.where((either) => {
    either.whereNot('c.state', 'enqueued').orWhere('c.held_back', 0)
  })
}
