/** Which copies are there, and what shall become of them? The list: by state, filter and search; one or many are acted on from here. */
import { html } from 'htm/preact'
import { z } from 'zod'
import type { ServicePorts } from '../../http/ports.ts'
import { page, readers } from '../page.ts'
import { Pager, Table } from '../parts/table.ts'
import { BulkBar } from './bulk-bar.ts'
import { listColumns, readOnlyColumns } from './copy-columns.ts'
import { CopyFilterForm } from './copy-filter-form.ts'
import { type ListView, listAddress, readListQuery } from './list-query.ts'
import { type StateCount, StateTabs } from './state-tabs.ts'

export const copiesPage = page({
  path: '/copies',
  roles: readers,
  nav: { label: 'Copies', key: 'c' },
  query: z.looseObject({}),
  show: async ({ query, ports, caller }) => {
    const view = readListQuery(query, ports)
    const { copies, nextCursor } = await ports.reading.list(view.request)
    const counts = await countsOf(ports, view)
    const mayAct = caller?.role !== 'viewer'
    const { sort, order, cursor } = view.request
    return {
      title: 'Copies',
      body: html`<${StateTabs} view=${view} ...${counts} />
        <${CopyFilterForm} view=${view} />
        ${mayAct ? html`<${BulkBar} view=${view} matching=${matching(view, counts.counts)} />` : null}
        <${Table}
          caption=${captionOf(view)} columns=${mayAct ? listColumns : readOnlyColumns} rows=${copies}
          id=${({ id }: { id: number }) => `copy-${id}`} href=${({ id }: { id: number }) => `/copies/${id}`}
          sorting=${{ by: sort, order, href: (by: string, next: string) => listAddress(view, { sort: by, order: next }) }}
          empty=${emptyText(view)}
        />
        <${Pager}
          next=${nextCursor === null ? null : listAddress(view, { cursor: nextCursor })}
          first=${cursor === undefined ? null : listAddress(view, {})}
        />
        <p class="soft after">All that match, as a file: ${['csv', 'json'].map((format) => html`<a class="button" download href=${exportAddress(view, format)}>${format.toUpperCase()}</a> `)}</p>`,
    }
  },
})

function exportAddress({ said }: ListView, format: string): string {
  return `/api/v1/copies/export?${new URLSearchParams({ ...said, format })}`
}

/** Of all copies those that are kept at hand; of a filter, counted. States are left out: the tabs choose among them. */
async function countsOf(ports: ServicePorts, { request, said }: ListView) {
  const { state: _, blocked: __, ...others } = said
  if (Object.keys(others).length === 0) {
    const [counts, { blocked }] = await Promise.all([ports.reading.counts(), ports.reading.waiting()])
    return { counts, blocked }
  }
  const {
    states: ___,
    blocked: ____,
    sort: _____,
    order: ______,
    limit: _______,
    cursor: ________,
    ...filter
  } = request
  return { counts: await ports.reading.countMatching(filter), blocked: null }
}

/** How many the whole filter finds; null when that was not counted. */
function matching({ said, request }: ListView, counts: readonly StateCount[]): number | null {
  if (said.blocked !== undefined) return null
  const { states } = request
  return counts
    .filter(({ state }) => states === undefined || states.includes(state))
    .reduce((sum, { count }) => sum + count, 0)
}

function captionOf({ request, said }: ListView): string {
  const what = said.blocked === 'true' ? 'blocked' : (said.state ?? 'all')
  return `Copies: ${what}, by ${request.sort}, ${request.order === 'asc' ? 'ascending' : 'descending'}`
}

function emptyText({ said }: ListView) {
  if (Object.keys(said).length === 0)
    return 'There are no copies yet. A repository brings them in over the API, or somebody with `zenodo-replicator enqueue`.'
  return html`No copy is like that. <a href="/copies">Show all copies</a>`
}
