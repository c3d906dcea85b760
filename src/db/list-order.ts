/** In which order do copies stand in a list, and which of them come behind a given one? */
import type { Knex } from 'knex'
import type { CopySort } from '../core/copy-sorts.ts'
import { Failure } from '../core/failure.ts'
import type { ListRequest } from '../replication/ports/desk.ts'
import type { CopyRow } from './rows.ts'

export type Order = NonNullable<ListRequest['order']>
export type Key = string | number | null

/** In the order of which two columns, the second among equals of the first, and where a row holds their values. */
interface SortColumns {
  readonly columns: readonly [string, string]
  readonly key: (row: CopyRow) => readonly [Key, Key]
  /** The first column may be null: both databases count that as less than anything. */
  readonly nullable?: true
}

function byColumn(column: string, key: (row: CopyRow) => Key): SortColumns {
  return { columns: [column, 'c.id'], key: (row) => [key(row), row.id] }
}

const byId = byColumn('c.id', (row) => row.id)

/** There is an index in the order of each, but for that of the datasets: see `nextDatasets`. */
export const sorts: Readonly<Record<CopySort, SortColumns>> = {
  id: byId,
  // in the order of which they came in
  created: byId,
  dataset: byColumn('d.doi', (row) => row.dataset_doi),
  version: {
    columns: ['c.dataset_version_id', 'c.copy_type'],
    key: (row) => [row.dataset_version_id, row.copy_type],
  },
  state: byColumn('c.state', (row) => row.state),
  updated: byColumn('c.updated_at', (row) => row.updated_at),
  type: byColumn('c.copy_type', (row) => row.copy_type),
  size: byColumn('c.bytes_total', (row) => row.bytes_total),
  attempts: byColumn('c.retries', (row) => row.retries),
  error: { ...byColumn('c.error_code', (row) => row.error_code), nullable: true },
}

/** A part of a list that one query reads in order. */
export interface Part {
  readonly where: (query: Knex.QueryBuilder) => void
  /** Behind this value in the first column, or from its start; undefined: all have the same there, and only the second column orders them. */
  readonly first?: Key
}

/**
 * The parts of the list behind the last row seen, or of all of it.
 * What is equal to that row in the first column comes by a query of its own: in one with the rest SQLite would read all equals from their
 * beginning, and a state has a million of them. So does what has nothing in the first column, which no comparison finds.
 */
export function partsBehind(sort: CopySort, order: Order, last: readonly [Key, Key] | null): Part[] {
  const [first, second] = sorts[sort].columns
  const sign = order === 'asc' ? '>' : '<'
  const parts: Part[] = []
  if (last !== null) parts.push({ where: (query) => query.where(first, last[0]).where(second, sign, last[1]) })
  const from = last?.[0] ?? null
  if (sorts[sort].nullable !== true) {
    const where = from === null ? () => {} : (query: Knex.QueryBuilder) => query.where(first, sign, from)
    return [...parts, { where, first: from }]
  }
  const nulls: Part = { where: (query) => query.whereNull(first) }
  const others: Part = {
    where: (query) => (from === null ? query.whereNotNull(first) : query.where(first, sign, from)),
    first: from,
  }
  const isBehindNulls = last !== null
  if (order === 'asc') return [...parts, ...(isBehindNulls ? [] : [nulls]), others]
  return last !== null && from === null ? parts : [...parts, others, nulls]
}

/** Opaque to callers: sort, order, and the place of the last row seen. */
export function formatCursor(sort: CopySort, order: Order, row: CopyRow): string {
  return Buffer.from(JSON.stringify([sort, order, ...sorts[sort].key(row)])).toString('base64url')
}

/** @throws Failure `bad_request` for one that is not of this list */
export function parseCursor(text: string, sort: CopySort, order: Order): readonly [Key, Key] {
  const [itsSort, itsOrder, first, second] = decode(text)
  const isPlace = isKey(first) && isKey(second) && (first !== null || sorts[sort].nullable === true)
  if (itsSort === sort && itsOrder === order && isPlace && second !== null) return [first, second]
  throw new Failure('bad_request', 'The cursor does not belong to this list. Begin again without one.')
}

function isKey(value: unknown): value is Key {
  return typeof value === 'string' || typeof value === 'number' || value === null
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
