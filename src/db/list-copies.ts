/** Which copies does a person see? Pages by key, so that rows which change place between two pages are not lost. */
import { Failure } from '../core/failure.ts'
import type { CopyView, ListRequest } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { whereMatches } from './copy-filter.ts'
import { type CopyRow, selectCopies } from './rows.ts'
import { toViews } from './views.ts'

type Sort = NonNullable<ListRequest['sort']>
type Order = NonNullable<ListRequest['order']>
type Key = string | number

/** By which column, and where a row holds its value. */
const sorts: Readonly<Record<Sort, { readonly column: string; readonly key: (row: CopyRow) => Key }>> = {
  id: { column: 'c.id', key: (row) => row.id },
  dataset: { column: 'd.doi', key: (row) => row.dataset_doi },
  version: { column: 'c.dataset_version_id', key: (row) => row.dataset_version_id },
  state: { column: 'c.state', key: (row) => row.state },
  updated: { column: 'c.updated_at', key: (row) => row.updated_at },
  type: { column: 'c.copy_type', key: (row) => row.copy_type },
  size: { column: 'c.bytes_total', key: (row) => row.bytes_total },
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
  const { column, key } = sorts[sort]
  const query = whereMatches(selectCopies(db.knex), request)
  if (cursor !== undefined) {
    const last = parseCursor(cursor, sort, order)
    const beyond = order === 'asc' ? '>' : '<'
    query.where((after) => {
      after.where(column, beyond, last.key).orWhere((tie) => {
        tie.where(column, last.key).where('c.id', beyond, last.id)
      })
    })
  }
  const rows = await query
    .orderBy(column, order)
    .orderBy('c.id', order)
    .limit(limit + 1)
  const page = rows.slice(0, limit)
  const end = rows.length > limit ? page.at(-1) : undefined
  return {
    copies: await toViews(db, page),
    nextCursor: end === undefined ? null : formatCursor([sort, order, key(end), end.id]),
  }
}

/** Opaque to callers: sort, order, and the key and id of the last row seen. */
function formatCursor(parts: readonly [Sort, Order, Key, number]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseCursor(text: string, sort: Sort, order: Order): { readonly key: Key; readonly id: number } {
  const [itsSort, itsOrder, key, id] = decode(text)
  const fits = itsSort === sort && itsOrder === order && Number.isInteger(id)
  if (fits && (typeof key === 'string' || typeof key === 'number')) return { key, id: id as number }
  throw new Failure('bad_request', 'The cursor does not belong to this list. Begin again without one.')
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
