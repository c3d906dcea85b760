/** What does a filter of copies mean in SQL? The same for looking and for acting. */
import type { Knex } from 'knex'
import { normaliseDoi } from '../core/doi.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import type { Dialect } from './dialect.ts'
import { whereBlocked } from './readiness.ts'
import { type Found, searchCopies } from './search-copies.ts'

/** Restricts a query over copies (`c`) and their datasets (`d`). */
export type Restrict = <T extends Knex.QueryBuilder>(query: T) => T

/**
 * Search words are looked up here, once for all queries that are restricted by them.
 * @throws Failure `bad_request` for search words that cannot be
 */
export async function restrictionOf(place: Pick<Database, 'knex' | 'dialect'>, filter: CopyFilter): Promise<Restrict> {
  const { q } = filter
  const found = q === undefined || q.trim() === '' ? null : await searchCopies(place, q)
  return (query) => {
    whereColumns(query, filter)
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
  const { ids, states, types, family, dataset, errorCode, errorGroup, blocked } = filter
  if (ids !== undefined) query.whereIn('c.id', [...ids])
  if (states !== undefined) query.whereIn('c.state', [...states])
  if (types !== undefined) query.whereIn('c.copy_type', [...types])
  if (family !== undefined) query.where('c.family', family)
  if (dataset !== undefined) query.where('d.doi', normaliseDoi(dataset) ?? dataset)
  if (errorCode !== undefined) query.where('c.error_code', errorCode)
  if (errorGroup !== undefined) query.where('c.error_group', errorGroup)
  if (blocked !== undefined) whereBlocked(query, blocked)
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
