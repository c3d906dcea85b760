/** Which copies does an address of the list name? The same fields as in the API; what a form left empty is not said. */
import type { z } from 'zod'
import { checkInput } from '../../http/check-input.ts'
import type { ServicePorts } from '../../http/ports.ts'
import { listQuery, listRequest } from '../../http/queries.ts'
import type { ListRequest } from '../../replication/ports/desk.ts'

/** As it came: texts, and lists of them. */
export type RawQuery = Readonly<Record<string, unknown>>

export interface ListView {
  readonly request: ListRequest & { readonly sort: NonNullable<ListRequest['sort']>; readonly order: 'asc' | 'desc' }
  /** What was said of the filter, as texts: for links and for forms. */
  readonly said: Readonly<Record<string, string>>
}

type Listed = z.output<typeof listQuery>
const check = checkInput({ schema: listQuery, method: 'GET', url: '/copies', httpPart: 'querystring' })
/** Of the list, not of the filter. */
const aboutPage = ['sort', 'order', 'limit', 'cursor']

/** @throws Failure `bad_request` */
export function readListQuery(raw: RawQuery, { largeBytes }: Pick<ServicePorts, 'largeBytes'>): ListView {
  const sent = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== ''))
  const checked = check(sent) as { readonly value?: Listed; readonly error?: Error }
  if (checked.value === undefined) throw checked.error ?? new Error('a query is neither accepted nor refused')
  const { sort = 'id', order = 'desc', ...request } = listRequest(checked.value, largeBytes)
  const said = Object.entries(sent).filter(([name]) => !aboutPage.includes(name))
  return {
    request: { ...request, sort, order },
    said: Object.fromEntries(said.map(([name, value]) => [name, String(value)])),
  }
}

/** The address of the list with these fields; null takes one away. */
export function listAddress(
  { said, request }: ListView,
  change: Readonly<Record<string, string | null>>,
  path = '/copies',
): string {
  const place = { sort: request.sort === 'id' && request.order === 'desc' ? null : request.sort, order: request.order }
  const all: Readonly<Record<string, string | null>> = { ...said, ...(place.sort === null ? {} : place), ...change }
  const parts = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null)
  const query = new URLSearchParams(parts).toString()
  return query === '' ? path : `${path}?${query}`
}
