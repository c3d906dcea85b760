/** Which columns can a table of copies have? What it is, where it stands, and what there is to know about that. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyView } from '../../replication/ports/desk.ts'
import { Progress, Size } from '../parts/facts.ts'
import { StateBadge } from '../parts/state-badge.ts'
import type { Column } from '../parts/table.ts'
import { Time } from '../parts/time.ts'
import { useView } from '../view.ts'

type CopyColumn = Column<CopyView>

const tick: CopyColumn = {
  heading: 'Select',
  head: html`<label class="tick"><span class="unseen">Select all on this page</span><input type="checkbox" data-all /></label>`,
  cell: ({ id }) =>
    html`<label class="tick"><span class="unseen">Select copy ${id}</span><input type="checkbox" name="id" value=${id} form="bulk" /></label>`,
}

const id: CopyColumn = {
  heading: 'Copy',
  sort: 'id',
  names: true,
  numeric: true,
  cell: (copy) => html`<a href="/copies/${copy.id}">${copy.id}</a>`,
}
const state: CopyColumn = { heading: 'State', sort: 'state', cell: (copy) => html`<${StateBadge} ...${copy} />` }
const type: CopyColumn = { heading: 'Type', sort: 'type', cell: (copy) => copy.type }
const dataset: CopyColumn = {
  heading: 'Dataset',
  sort: 'dataset',
  cell: ({ title, dataset: { doi } }) =>
    html`${title === null ? null : html`<span class="title" title=${title}>${title}</span>`}<${DatasetLink} doi=${doi} />`,
}
const version: CopyColumn = { heading: 'Version', sort: 'version', numeric: true, cell: (copy) => copy.version.number }
const files: CopyColumn = {
  heading: 'Files',
  numeric: true,
  extra: true,
  cell: ({ filesDone, filesTotal }) => `${filesDone} / ${filesTotal}`,
}
const size: CopyColumn = {
  heading: 'Size',
  sort: 'size',
  numeric: true,
  cell: (copy) => html`<${Size} bytes=${copy.bytesTotal} />`,
}
const attempts: CopyColumn = {
  heading: 'Tries',
  sort: 'attempts',
  numeric: true,
  extra: true,
  cell: (copy) => copy.attempts || null,
}
const updated: CopyColumn = {
  heading: 'Changed',
  sort: 'updated',
  cell: (copy) => html`<${Time} at=${copy.updatedAt} />`,
}
const remark: CopyColumn = { heading: 'Remark', sort: 'error', cell: (copy) => html`<${Remark} copy=${copy} />` }

export const listColumns: readonly CopyColumn[] = [
  tick,
  id,
  state,
  type,
  dataset,
  version,
  files,
  size,
  attempts,
  updated,
  remark,
]
export const readOnlyColumns: readonly CopyColumn[] = listColumns.slice(1)
export const shortColumns: readonly CopyColumn[] = [id, state, type, dataset, version, size]
/** Within one family of a dataset. */
export const chainColumns: readonly CopyColumn[] = [version, id, type, state, size, updated, remark]

export function DatasetLink({ doi }: { readonly doi: string }): VNode {
  return html`<a href=${datasetPath(doi)}>${doi}</a>`
}

function datasetPath(doi: string): string {
  return `/datasets/${doi.split('/').map(encodeURIComponent).join('/')}`
}

/** What matters most about a copy just now. */
function Remark({ copy }: { readonly copy: CopyView }): VNode | null {
  const { now } = useView()
  const { state, error, blockedBy } = copy
  if (state === 'replicating')
    return html`<${Progress} done=${copy.bytesDone} total=${copy.bytesTotal} of="copy ${copy.id}" />`
  if (blockedBy !== null) return html`waits for <a href="/copies/${blockedBy}">copy ${blockedBy}</a>`
  if (error !== null && state !== 'finished')
    return html`<span class="clamp any" title=${error.message}><code>${error.code}</code> ${error.message}</span>`
  if (state === 'enqueued' && Date.parse(copy.runAfter) > now) return html`not before <${Time} at=${copy.runAfter} />`
  return html`<span class="any">${copy.doi ?? copy.note}</span>`
}
