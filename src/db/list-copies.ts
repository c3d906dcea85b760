/** Which copies does a person see? Pages by key, so that rows which change place between two pages are not lost. */
import type { CopySort } from '../core/copy-sorts.ts'
import { Failure } from '../core/failure.ts'
import type { CopyFilter, CopyView, ListRequest } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { isEmptyFilter, type Restrict, restrictionOf } from './copy-filter.ts'
import { formatCursor, type Key, type Order, type Part, parseCursor, partsBehind, sorts } from './list-order.ts'
import { type CopyRow, selectCopies } from './rows.ts'
import { toViews } from './views.ts'

/** @throws Failure `bad_request` for a limit, a cursor or search words that cannot be. */
export async function listCopies(
  db: Database,
  request: ListRequest,
): Promise<{ readonly copies: CopyView[]; readonly nextCursor: string | null }> {
  const { sort = 'id', order = 'asc', limit = 50, cursor } = request
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new Failure('bad_request', `The limit must be a whole number from 1 to 1000, not ${limit}.`)
  }
  const last = cursor === undefined ? null : parseCursor(cursor, sort, order)
  const list = {
    sort,
    order,
    restrict: await restrictionOf(db, request, sort),
    isAll: isEmptyFilter(filterOf(request)),
  }
  const rows: CopyRow[] = []
  for (const part of partsBehind(sort, order, last)) {
    const wanted = limit + 1 - rows.length
    if (wanted > 0) rows.push(...(await rowsOf(db, list, { ...part, limit: wanted })))
  }
  const page = rows.slice(0, limit)
  const end = rows.length > limit ? page.at(-1) : undefined
  return {
    copies: await toViews(db, page),
    nextCursor: end === undefined ? null : formatCursor(sort, order, end),
  }
}

interface List {
  readonly sort: CopySort
  readonly order: Order
  readonly restrict: Restrict
  /** Without a filter. */
  readonly isAll: boolean
}

async function rowsOf(
  db: Database,
  { sort, order, restrict, isAll }: List,
  { where, first: from, limit }: Part & { readonly limit: number },
): Promise<CopyRow[]> {
  const [first, second] = sorts[sort].columns
  const query = restrict(selectCopies(db.knex))
  where(query)
  if (sort === 'dataset' && isAll && from !== undefined) {
    query.whereIn('c.dataset_id', await nextDatasets(db, { order, limit, last: from }))
  }
  if (from !== undefined) query.orderBy(first, order)
  return await query.orderBy(second, order).limit(limit)
}

function filterOf({ sort: _, order: __, limit: ___, cursor: ____, ...filter }: ListRequest): CopyFilter {
  return filter
}

/** As many as can be on a page. No index has a DOI beside the id of a copy. */
async function nextDatasets(
  { knex }: Database,
  { order, limit, last }: { readonly order: Order; readonly limit: number; readonly last: Key },
): Promise<number[]> {
  const query = knex('datasets as d')
    // not "exists", which MariaDB turns into a join that reads them all and sorts
    .whereRaw('(select 1 from zenodo_copies as c where c.dataset_id = d.id limit 1) is not null')
    .orderBy('d.doi', order)
    .limit(limit)
  if (last !== null) query.where('d.doi', order === 'asc' ? '>' : '<', last)
  return await query.pluck('d.id')
}
