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
  const { columns, key } = sorts[sort]
  const last = cursor === undefined ? null : parseCursor(cursor, sort, order)
  const query = whereMatches(selectCopies(db.knex), request)
  if (last !== null) {
    const { sql, bindings } = db.dialect.beyond(columns, last, order === 'asc' ? '>' : '<')
    query.whereRaw(sql, [...bindings])
  }
  if (sort === 'dataset' && isEmptyFilter(filterOf(request))) {
    query.whereIn('c.dataset_id', await nextDatasets(db, { order, limit, from: last?.[0] }))
  }
  const rows = await query
    .orderBy(columns[0], order)
    .orderBy(columns[1], order)
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const end = rows.length > limit ? page.at(-1) : undefined
  return {
    copies: await toViews(db, page),
    nextCursor: end === undefined ? null : formatCursor([sort, order, ...key(end)]),
  }
}

function filterOf({ sort: _, order: __, limit: ___, cursor: ____, ...filter }: ListRequest): CopyFilter {
  return filter
}

/** As many as can be on a page: the one that is begun, and those after it. No index has a DOI beside the id of a copy. */
async function nextDatasets(
  { knex }: Database,
  { order, limit, from }: { readonly order: Order; readonly limit: number; readonly from: Key | undefined },
): Promise<number[]> {
  const query = knex('datasets as d')
    // not "exists", which MariaDB turns into a join that reads them all and sorts
    .whereRaw('(select 1 from zenodo_copies as c where c.dataset_id = d.id limit 1) is not null')
    .orderBy('d.doi', order)
    .limit(limit + 2)
  if (from !== undefined) query.where('d.doi', order === 'asc' ? '>=' : '<=', from)
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
