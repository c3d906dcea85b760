/** Which page of which order does a list request ask for? Shared by the deposit list and the record search. */
import { HttpError, invalidField } from '../http-answer.ts'
import type { RequestContext } from '../request-context.ts'
import { draftOrRecord, type Resolved } from '../resolve-deposit.ts'
import { matches, searchDocument } from './document.ts'
import { parseQuery } from './query.ts'
import type { IndexedEntry } from './search-index.ts'

const WINDOW = 10_000

type Order = (a: Resolved, b: Resolved) => number

const byCreated: Order = (a, b) => compare(a.edition.created, b.edition.created) || a.entry.id - b.entry.id
const byUpdated: Order = (a, b) => compare(a.edition.modified, b.edition.modified) || a.entry.id - b.entry.id
const byVersion: Order = (a, b) => a.entry.index - b.entry.index
const byPublication: Order = (a, b) => compare(publicationDate(a), publicationDate(b)) || byCreated(a, b)
const byTitle: Order = (a, b) => compare(title(a), title(b))
const reversed =
  (order: Order): Order =>
  (a, b) =>
    order(b, a)

const ORDERS = new Map<string, Order>([
  ['bestmatch', reversed(byCreated)],
  ['newest', reversed(byCreated)],
  ['oldest', byCreated],
  ['mostrecent', reversed(byCreated)],
  ['-mostrecent', byCreated],
  ['updated-desc', reversed(byUpdated)],
  ['updated-asc', byUpdated],
  ['version', reversed(byVersion)],
  ['-version', byVersion],
  ['publication-desc', reversed(byPublication)],
  ['publication-asc', byPublication],
  ['title', byTitle],
  ['mostviewed', reversed(byCreated)],
  ['mostdownloaded', reversed(byCreated)],
])

/** A page of rows, and how many there are in all. */
export interface Page {
  readonly rows: readonly Resolved[]
  readonly total: number
  readonly page: number
  readonly size: number
}

/** Filters, orders and cuts rows as the query parameters `q`, `sort`, `page`, `size` and `all_versions` say. */
export function searchPage(context: RequestContext, candidates: readonly Resolved[]): Page {
  const { page, size } = readPaging(context)
  const order = readOrder(context)
  const query = parseQuery(context.query.get('q') ?? '')
  const newest = newestOfFamilies(candidates)
  const found = candidates
    .filter((row) => wantsAllVersions(context) || newest.has(row.entry.id))
    .filter((row) => query.kind === 'all' || matches(query, searchDocument(row, newest.has(row.entry.id))))
    .toSorted(order)
  return { rows: found.slice((page - 1) * size, page * size), total: found.length, page, size }
}

/** The draft or record of each indexed entry that still has one. */
export function rowsOf(entries: readonly IndexedEntry[]): readonly Resolved[] {
  return entries.filter(({ entry }) => entry.draft ?? entry.record).map(draftOrRecord)
}

function newestOfFamilies(rows: readonly Resolved[]): ReadonlySet<number> {
  const newest = new Map<number, Resolved>()
  for (const row of rows) {
    const known = newest.get(row.family.conceptId)
    if (!known || known.entry.index < row.entry.index) newest.set(row.family.conceptId, row)
  }
  return new Set([...newest.values()].map((row) => row.entry.id))
}

function wantsAllVersions({ query }: RequestContext): boolean {
  const value = query.get('all_versions') ?? query.get('allversions')
  return value !== null && ['', '1', 'true', 'True'].includes(value)
}

function readPaging(context: RequestContext): { readonly page: number; readonly size: number } {
  const { settings, account } = context
  const limit = account ? settings.pageSize : settings.guestPageSize
  const page = readNumber(context, 'page', 1)
  const size = readNumber(context, 'size', Math.min(25, limit))
  if (size > limit) {
    const advice = `Please use authenticated requests to increase the limit to ${settings.pageSize}.`
    const message = `Page size cannot be greater than ${limit}.`
    throw invalidField('size', account ? message : `${message} ${advice}`)
  }
  if (page * size > WINDOW) throw new HttpError(400, 'Invalid querystring parameters.')
  return { page, size }
}

function readNumber({ query }: RequestContext, name: string, fallback: number): number {
  const text = query.get(name)
  if (text === null || text === '') return fallback
  if (!/^\d{1,9}$/.test(text)) throw invalidField(name, 'Not a valid integer.')
  if (Number(text) < 1) throw invalidField(name, 'Must be greater than or equal to 1.')
  return Number(text)
}

function readOrder({ query }: RequestContext): Order {
  const name = query.get('sort') || (query.get('q') ? 'bestmatch' : 'newest')
  const order = ORDERS.get(name)
  if (!order) throw invalidField('_schema', `Invalid sort option '${name}'.`)
  return order
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b)
const publicationDate = ({ edition }: Resolved): string => edition.content.metadata.publicationDate ?? ''
const title = ({ edition }: Resolved): string => edition.content.metadata.title ?? ''
