/** How is a list shown? As a true table: named, with headings that say how it is sorted; on a narrow screen a card for each row. */
import { html } from 'htm/preact'
import type { ComponentChildren, VNode } from 'preact'
import { Icon } from '../icon.ts'

export interface Column<Row> {
  readonly heading: string
  readonly cell: (row: Row) => ComponentChildren
  /** Numbers stand to the right. */
  readonly numeric?: boolean
  /** The heading sorts by this. */
  readonly sort?: string
  /** The cell that names the row. One of them, for those who listen. */
  readonly names?: boolean
  /** Left out where there is little room. */
  readonly extra?: boolean
  /** Instead of the words of the heading; those are still read. */
  readonly head?: VNode
}

interface Sorting {
  readonly by: string
  readonly order: 'asc' | 'desc'
  /** The address of the same list in this order. */
  readonly href: (by: string, order: 'asc' | 'desc') => string
}

export interface TableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Unlike for all others: keeps a row the same while the list changes. */
  readonly id: (row: Row) => string
  readonly sorting?: Sorting
  /** Said when there are no rows. */
  readonly empty?: ComponentChildren
  /** The caption is read, but not shown. */
  readonly quiet?: boolean
  /** Rows that the keys j and k go through; `href` is where Enter leads. */
  readonly href?: (row: Row) => string
}

export function Table<Row>({ caption, columns, rows, id, sorting, empty, quiet, href }: TableProps<Row>): VNode {
  if (rows.length === 0) return html`<p class="empty">${empty ?? 'Nothing here.'}</p>`
  return html`<table role="table" class=${href === undefined ? 'list' : 'list walk'}>
    <caption class=${quiet === true ? 'unseen' : ''}>${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map((column) => html`<${Heading} column=${column} sorting=${sorting} />`)}</tr></thead>
    <tbody role="rowgroup">${rows.map(
      (row) =>
        html`<tr role="row" id=${id(row)} data-href=${href?.(row)}>${columns.map((column) => cellOf(column, row))}</tr>`,
    )}</tbody>
  </table>`
}

function cellOf<Row>(column: Column<Row>, row: Row): VNode {
  const look = `${column.numeric ? 'number' : ''}${column.extra ? ' extra' : ''}`.trim() || undefined
  if (column.names) {
    return html`<th scope="row" role="rowheader" class=${look} data-label=${column.heading}><div class="cell">${column.cell(row)}</div></th>`
  }
  return html`<td role="cell" class=${look} data-label=${column.heading}><div class="cell">${column.cell(row)}</div></td>`
}

const sorted = { asc: 'ascending', desc: 'descending' } as const

function Heading({ column, sorting }: { readonly column: Column<never>; readonly sorting?: Sorting }): VNode {
  const { heading, head, sort, numeric, extra } = column
  const look = `${numeric ? 'number' : ''}${extra ? ' extra' : ''}`.trim() || undefined
  if (sort === undefined || sorting === undefined) {
    return html`<th scope="col" role="columnheader" class=${look}>${head ?? heading}</th>`
  }
  const isBy = sorting.by === sort
  const other = isBy && sorting.order === 'asc' ? 'desc' : 'asc'
  const arrow = isBy ? html`<${Icon} name=${sorting.order === 'asc' ? 'up' : 'down'} />` : null
  return html`<th scope="col" role="columnheader" class=${look} aria-sort=${isBy ? sorted[sorting.order] : 'none'}>
    <a href=${sorting.href(sort, other)}>${heading}${arrow}</a>
  </th>`
}

/** Keys, not numbers: the next page begins behind the last row of this one, however the list changes meanwhile. */
export function Pager({ next, first }: { readonly next: string | null; readonly first: string | null }): VNode | null {
  if (next === null && first === null) return null
  return html`<nav class="pager" aria-label="Pages">
    ${first === null ? null : html`<a class="button" href=${first}>First page</a>`}
    ${next === null ? html`<span class="none">This is the last page.</span>` : html`<a class="button" rel="next" href=${next}>Next page</a>`}
  </nav>`
}
