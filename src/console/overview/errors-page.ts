/** What goes wrong, and what can be done about it? One row for each kind of error, however many copies it hits. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { ErrorGroup } from '../../replication/ports/desk.ts'
import { page, readers } from '../page.ts'
import { type Column, Table } from '../parts/table.ts'
import { Time } from '../parts/time.ts'

export const errorsPage = page({
  path: '/errors',
  roles: readers,
  nav: { label: 'Errors', key: 'e' },
  show: async ({ ports }) => {
    const { groups, more } = await ports.reading.errorGroups()
    return {
      title: 'Errors',
      body: html`<p>Errors that differ only in names, ids and numbers stand together. A kind leads to its copies, where all of them can be put back at once.</p>
        <${Table}
          caption="Kinds of errors, the most frequent first" columns=${columns} rows=${groups}
          id=${({ group }: ErrorGroup) => `kind-${group}`} href=${groupAddress}
          empty="Nothing is in error, and nothing waits to be tried again."
        />
        ${more === 0 ? null : html`<p>${more.toLocaleString('en')} more kinds, each of fewer copies, are not shown.</p>`}`,
    }
  },
})

/** The list of those that are in error; when none is, of those that are tried again. */
export function groupAddress({ group, copies }: Pick<ErrorGroup, 'group' | 'copies'>): string {
  return `/copies?state=${copies > 0 ? 'error' : 'enqueued'}&group=${group}`
}

const columns: ReadonlyArray<Column<ErrorGroup>> = [
  { heading: 'What happened', names: true, cell: (kind) => html`<${Kind} ...${kind} />` },
  { heading: 'In error', numeric: true, cell: ({ copies }) => copies.toLocaleString('en') },
  { heading: 'Tried again', numeric: true, cell: ({ retrying }) => retrying.toLocaleString('en') },
  { heading: 'Since', extra: true, cell: ({ firstSeen }) => html`<${Time} at=${firstSeen} />` },
  { heading: 'Last', cell: ({ lastSeen }) => html`<${Time} at=${lastSeen} />` },
  { heading: 'What can be done', cell: ({ hint }) => html`<div class="advice">${hint}</div>` },
  { heading: 'Newest', numeric: true, cell: ({ example }) => html`<a href="/copies/${example}">${example}</a>` },
]

function Kind(kind: ErrorGroup): VNode {
  return html`<a href=${groupAddress(kind)}>${kind.message === '' ? kind.code : kind.message}</a> <code>${kind.code}</code>`
}
