/** Which copies may run, as far as order goes? The fast filter of the rule in core/ordering.ts, for SQL. */
import type { Knex } from 'knex'
import { unfinishedStates } from '../core/copy-state.ts'

/** Earlier unfinished copies (`p`) of the dataset and family of a copy (`c`). */
function earlierUnfinished(knex: Knex): Knex.QueryBuilder {
  return sameFamily(knex)
    .whereRaw('p.position < c.position')
    .whereIn('p.state', [...unfinishedStates])
}

function sameFamily(knex: Knex): Knex.QueryBuilder {
  return knex('zenodo_copies as p')
    .select(knex.raw('1'))
    .whereRaw('p.dataset_id = c.dataset_id')
    .whereRaw('p.family = c.family')
}

/** Restricts a query over `zenodo_copies as c` to copies that wait and that nothing holds back. */
export function whereReady(query: Knex.QueryBuilder, knex: Knex): Knex.QueryBuilder {
  return (
    query
      .where('c.state', 'enqueued')
      .whereNotExists(earlierUnfinished(knex))
      // a later copy may be running when an earlier one was put back; they never run together
      .whereNotExists(sameFamily(knex).where('p.state', 'replicating'))
  )
}

/** Restricts a query over `zenodo_copies as c` to copies that wait for an earlier one, or to the others. */
export function whereBlocked(query: Knex.QueryBuilder, knex: Knex, blocked: boolean): Knex.QueryBuilder {
  if (blocked) return query.where('c.state', 'enqueued').whereExists(earlierUnfinished(knex))
  return query.where((either) => {
    either.whereNot('c.state', 'enqueued').orWhereNotExists(earlierUnfinished(knex))
  })
}

/** Of copies just claimed, those that an earlier one holds back after all. */
export function whereOvertaken(query: Knex.QueryBuilder, knex: Knex): Knex.QueryBuilder {
  return query.whereExists(earlierUnfinished(knex))
}
