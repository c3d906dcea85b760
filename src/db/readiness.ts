/** Which copies may run, as far as order goes? The fast filter of the rule in core/ordering.ts, for SQL. */
import type { Knex } from 'knex'

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
      .where('c.held_back', 0)
      // a later copy may be running when an earlier one was put back; they never run together
      .whereNotExists(sameFamily(knex).where('p.state', 'replicating'))
  )
}

/** Restricts a query over `zenodo_copies as c` to copies that wait for an earlier one, or to the others. */
export function whereBlocked(query: Knex.QueryBuilder, blocked: boolean): Knex.QueryBuilder {
  if (blocked) return query.where({ 'c.state': 'enqueued', 'c.held_back': 1 })
  return query.where((either) => {
    either.whereNot('c.state', 'enqueued').orWhere('c.held_back', 0)
  })
}

/** Of copies just claimed, those that an earlier one holds back after all. Derived anew: this is the last look at the order. */
export function whereOvertaken(query: Knex.QueryBuilder, knex: Knex): Knex.QueryBuilder {
  return query.whereExists(sameFamily(knex).whereRaw('p.open_position < c.position'))
}
