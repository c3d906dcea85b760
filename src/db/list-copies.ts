/** Which copies does a person see? Pages by key, so that rows which change place between two pages are not lost. */
import { Failure } from '../core/failure.ts'
import type { CopyFilter, CopyView, ListRequest } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { isEmptyFilter, whereMatches } from './copy-filter.ts'
import { type CopyRow, selectCopies } from './rows.ts'
import { toViews } from './views.ts'

type Sort = NonNullable<ListRequest['sort']>
type Order = NonNullable<ListRequest['order']>
type Key = string | number

/** In the order of which two columns, the second among equals of the first, and where a row holds their values. */
interface SortColumns {
  readonly columns: readonly [string, string]
  readonly key: (row: CopyRow) => readonly [Key, Key]
}

function byColumn(column: string, key: (row: CopyRow) => Key): SortColumns {
  return { columns: [column, 'c.id'], key: (row) => [key(row), row.id] }
}

/** There is an index in the order of each, but for that of the datasets: see `nextDatasets`. */
const sorts: Readonly<Record<Sort, SortColumns>> = {
  id: byColumn('c.id', (row) => row.id),
  dataset: byColumn('d.doi', (row) => row.dataset_doi),
  version: {
    columns: ['c.dataset_version_id', 'c.copy_type'],
    key: (row) => [row.dataset_version_id, row.copy_type],
  },
  state: byColumn('c.state', (row) => row.state),
  updated: byColumn('c.updated_at', (row) => row.updated_at),
  type: byColumn('c.copy_type', (row) => row.copy_type),
  size: byColumn('c.bytes_total', (row) => row.bytes_total),
}

/** @throws Failure `bad_request` for a limit or a cursor that cannot be. */
export async function listCopies(
  db: Database,
  request: ListRequest,
): Promise<{ readonly copies: CopyView[]; readonly nextCursor: string | null }> {
  const { sort = 'id', order = 'asc', limit = 50, cursor } = request
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new Failure('bad_request', `The limit must be a whole number from 1 to 1000, not ${limit}.`)
  }
  const last = cursor === undefined ? null : parseCursor(cursor, sort, order)
  const place = { ...request, sort, order }
  const equals = last === null ? [] : await equalRows(db, place, { last, limit: limit + 1 })
  const wanted = limit + 1 - equals.length
  const beyond = wanted === 0 ? [] : await rowsBeyond(db, place, { last: last?.[0], limit: wanted })
  const rows = [...equals, ...beyond]
  const page = rows.slice(0, limit)
  const end = rows.length > limit ? page.at(-1) : undefined
  return {
    copies: await toViews(db, page),
    nextCursor: end === undefined ? null : formatCursor([sort, order, ...sorts[sort].key(end)]),
  }
}

type Ordered = ListRequest & { readonly sort: Sort; readonly order: Order }

/**
 * What is equal to the last row in the first column of the order comes by a query of its own: in one with the rest SQLite
 * would read all equals from their beginning, and a state has a million of them.
 */
async function equalRows(
  db: Database,
  request: Ordered,
  { last, limit }: { readonly last: readonly [Key, Key]; readonly limit: number },
): Promise<CopyRow[]> {
  const [first, second] = sorts[request.sort].columns
  const query = whereMatches(selectCopies(db.knex), request)
    .where(first, last[0])
    .where(second, request.order === 'asc' ? '>' : '<', last[1])
  return await query.orderBy(second, request.order).limit(limit)
}

/** Behind `last` in the first column of the order, or from the start. */
async function rowsBeyond(
  db: Database,
  request: Ordered,
  { last, limit }: { readonly last: Key | undefined; readonly limit: number },
): Promise<CopyRow[]> {
  const { sort, order } = request
  const [first, second] = sorts[sort].columns
  const query = whereMatches(selectCopies(db.knex), request)
  if (last !== undefined) query.where(first, order === 'asc' ? '>' : '<', last)
  if (sort === 'dataset' && isEmptyFilter(filterOf(request))) {
    query.whereIn('c.dataset_id', await nextDatasets(db, { order, limit, last }))
  }
  return await query.orderBy(first, order).orderBy(second, order).limit(limit)
}

function filterOf({ sort: _, order: __, limit: ___, cursor: ____, ...filter }: ListRequest): CopyFilter {
  return filter
}

/** As many as can be on a page. No index has a DOI beside the id of a copy. */
async function nextDatasets(
  { knex }: Database,
  { order, limit, last }: { readonly order: Order; readonly limit: number; readonly last: Key | undefined },
): Promise<number[]> {
  const query = knex('datasets as d')
    // not "exists", which MariaDB turns into a join that reads them all and sorts
    .whereRaw('(select 1 from zenodo_copies as c where c.dataset_id = d.id limit 1) is not null')
    .orderBy('d.doi', order)
    .limit(limit)
  if (last !== undefined) query.where('d.doi', order === 'asc' ? '>' : '<', last)
  return await query.pluck('d.id')
}

/** Opaque to callers: sort, order, and the place of the last row seen. */
function formatCursor(parts: readonly [Sort, Order, Key, Key]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseCursor(text: string, sort: Sort, order: Order): readonly [Key, Key] {
  const [itsSort, itsOrder, first, second] = decode(text)
  if (itsSort === sort && itsOrder === order && isKey(first) && isKey(second)) return [first, second]
  throw new Failure('bad_request', 'The cursor does not belong to this list. Begin again without one.')
}

function isKey(value: unknown): value is Key {
  return typeof value === 'string' || typeof value === 'number'
}

function decode(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) ? parts : []
  } catch {
    // not a cursor of ours: refused above, in words
    return []
  }
}
