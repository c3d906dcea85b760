/** What does a filter of copies mean in SQL? The same for looking and for acting. */
import type { Knex } from 'knex'
import type { CopySort } from '../core/copy-sorts.ts'
import { normaliseDoi } from '../core/doi.ts'
import type { CopyFilter, ListRequest } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import type { Dialect } from './dialect.ts'
import { whereBlocked } from './readiness.ts'
import { type Found, searchCopies } from './search-copies.ts'

/** Restricts a query over copies (`c`) and their datasets (`d`). */
export type Restrict = <T extends Knex.QueryBuilder>(query: T) => T

/**
 * Search words are looked up here, once for all queries that are restricted by them.
 * @param sort the order that the queries ask for
 * @throws Failure `bad_request` for search words that cannot be
 */
export async function restrictionOf(
  place: Pick<Database, 'knex' | 'dialect'>,
  filter: CopyFilter,
  sort: CopySort = 'id',
): Promise<Restrict> {
  const { q } = filter
  const found = q === undefined || q.trim() === '' ? null : await searchCopies(place, q)
  return (query) => {
    whereColumns(query, filter)
    whereKinds(query, filter, isBroad(filter) && !ofOwnOrder.includes(sort))
    whereNumbers(query, filter)
    whereTimes(query, filter, place.dialect)
    if (found !== null) whereFound(query, found)
    return query
  }
}

/** Whether a filter names anything at all. */
export function isEmptyFilter(filter: CopyFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === '')
}

function whereColumns(query: Knex.QueryBuilder, filter: CopyFilter): void {
  const { ids, dataset, errorCode, errorGroup, blocked } = filter
  if (ids !== undefined) query.whereIn('c.id', [...ids])
  if (dataset !== undefined) query.where('d.doi', normaliseDoi(dataset) ?? dataset)
  if (errorCode !== undefined) query.where('c.error_code', errorCode)
  if (errorGroup !== undefined) query.where('c.error_group', errorGroup)
  if (blocked !== undefined) whereBlocked(query, blocked)
}

/** Their indexes are in these orders as well. */
const ofOwnOrder: readonly CopySort[] = ['id', 'created', 'state', 'type']

/** Most copies there are: so many that to sort them takes seconds, and in any order one that fits is soon found. */
function isBroad({ states, types: _, family: __, ...others }: ListRequest): boolean {
  const { sort: ___, order: ____, limit: _____, cursor: ______, ...filter } = others
  return states?.includes('finished') === true && isEmptyFilter(filter)
}

/** @param byOrder the rows are to be read in the order asked for: then no index may find them by these columns */
function whereKinds(query: Knex.QueryBuilder, { states, types, family }: CopyFilter, byOrder: boolean): void {
  const kinds = [
    ['c.state', states],
    ['c.copy_type', types],
    ['c.family', family === undefined ? undefined : [family]],
  ] as const
  for (const [column, values] of kinds) {
    if (values === undefined) continue
    query.whereIn(byOrder ? query.client.raw("concat(??, '')", [column]) : column, [...values])
  }
}

function whereNumbers(query: Knex.QueryBuilder, { minAttempts, minBytes, belowBytes }: CopyFilter): void {
  if (minAttempts !== undefined) query.where('c.retries', '>=', minAttempts)
  if (minBytes !== undefined) query.where('c.bytes_total', '>=', minBytes)
  if (belowBytes !== undefined) query.where('c.bytes_total', '<', belowBytes)
}

function whereTimes(query: Knex.QueryBuilder, filter: CopyFilter, { later }: Dialect): void {
  const { olderThanMs, youngerThanMs, unchangedForMs, changedWithinMs } = filter
  if (olderThanMs !== undefined) query.whereRaw(`c.created_at < ${later(-olderThanMs)}`)
  if (youngerThanMs !== undefined) query.whereRaw(`c.created_at >= ${later(-youngerThanMs)}`)
  if (unchangedForMs !== undefined) query.whereRaw(`c.updated_at < ${later(-unchangedForMs)}`)
  if (changedWithinMs !== undefined) query.whereRaw(`c.updated_at >= ${later(-changedWithinMs)}`)
}

function whereFound(query: Knex.QueryBuilder, { ids, ...lists }: Found): void {
  if (ids !== null) query.whereIn('c.id', [...ids])
  const columns = [
    ['c.state', lists.states],
    ['c.copy_type', lists.types],
    ['c.family', lists.families],
    ['c.error_code', lists.codes],
    ['c.error_group', lists.groups],
  ] as const
  for (const [column, values] of columns) if (values.length > 0) query.whereIn(column, [...values])
  if (lists.hosts.length === 0) return
  const terms = query.client
    .queryBuilder()
    .from('lease_history')
    .whereIn('host', [...lists.hosts])
    .select('term')
  query.whereIn('c.claim_term', terms)
}
