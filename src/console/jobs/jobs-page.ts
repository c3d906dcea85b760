/** Which jobs are there, and how does a person start one? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import type { Job } from '../../replication/ports/jobs.ts'
import { page, readers } from '../page.ts'
import { ActionForm, Field, Select } from '../parts/forms.ts'
import { Section } from '../parts/section.ts'
import { type Column, Pager, Table } from '../parts/table.ts'
import { Time } from '../parts/time.ts'
import { withQuery } from '../paths.ts'
import { useView } from '../view.ts'
import { About, JobBadge, JobProgress, kindWords } from './job-parts.ts'

const pageSize = 50

export const jobsPage = page({
  path: '/jobs',
  roles: readers,
  nav: { label: 'Jobs', key: 'j' },
  query: z.object({ before: z.coerce.number().int().min(1).optional() }),
  show: async ({ query: { before }, ports }) => {
    const jobs = await ports.jobs.list({ limit: pageSize + 1, ...(before === undefined ? {} : { before }) })
    const shown = jobs.slice(0, pageSize)
    const next = jobs.length > pageSize ? shown.at(-1)?.id : undefined
    return {
      title: 'Jobs',
      body: html`<p class="lead">Work on many copies at once. The worker goes on with it behind its copies, through any restart.</p>
        <${StartForms} />
        <${Table} caption="Jobs, newest first" quiet columns=${columns} rows=${shown} id=${rowId} href=${hrefOf} empty="No job was ever started." />
        <${Pages} next=${next} before=${before} />`,
    }
  },
})

function Pages({ next, before }: { readonly next: number | undefined; readonly before: number | undefined }): VNode {
  const { at } = useView()
  return html`<${Pager}
    next=${next === undefined ? null : withQuery(at, { before: String(next) })}
    first=${before === undefined ? null : withQuery(at, { before: undefined })} />`
}

const families = [
  ['', 'every family'],
  ['data', 'data'],
  ['software', 'software'],
  ['supp', 'supp'],
] as const

function StartForms(): VNode {
  const dataset = html`<${Field} name="dataset" label="DOI of a dataset (empty: all)" maxlength=${300} />`
  const family = html`<${Select} name="family" label="Family" value="" options=${families} />`
  const doi = html`<${Field} name="dataset" label="DOI of the dataset" maxlength=${300} required=${true} />`
  return html`<${Section} heading="Start a job"><div class="row">
    <${ActionForm} to="/jobs/starts" label="Audit" fields=${{ kind: 'audit' }} reason=${true} confirmLabel="Start the audit"
      confirm="Compares what is finished with Zenodo, and changes nothing.">${dataset}${family}<//>
    <${ActionForm} to="/jobs/starts" label="Refresh metadata" fields=${{ kind: 'refresh_metadata', confirmed: 'yes' }} reason=${true} tone="danger"
      confirmLabel="Refresh them at Zenodo"
      confirm="Drafts get the metadata that are stored, records are edited and published again: nobody can undo that.">${dataset}${family}<//>
    <${ActionForm} to="/jobs/starts" label="Embargo" fields=${{ kind: 'embargo', confirmed: 'yes' }} reason=${true} tone="danger"
      confirmLabel="Close them at Zenodo"
      confirm="Closes every published record of the dataset until that day, and those to come.">
      ${doi}<${Field} name="until" label="Until" type="date" required=${true} /><//>
    <${ActionForm} to="/jobs/starts" label="Lift an embargo" fields=${{ kind: 'embargo', lift: 'yes', confirmed: 'yes' }} reason=${true} tone="danger"
      confirmLabel="Open them at Zenodo"
      confirm="Opens every record of the dataset that only this embargo closes: nobody can undo that.">${doi}<//>
    <${ActionForm} to="/jobs/starts" label="Takedown list" fields=${{ kind: 'takedown' }} reason=${true} confirmLabel="Make the list"
      confirm="Lists what of the dataset is at Zenodo, and changes nothing.">${doi}<//>
  </div><//>`
}

function rowId({ id }: Job): string {
  return `job-${id}`
}

function hrefOf({ id }: Job): string {
  return `/jobs/${id}`
}

const columns: ReadonlyArray<Column<Job>> = [
  { heading: 'Job', names: true, cell: ({ id, kind }) => html`<a href=${`/jobs/${id}`}>${id}: ${kindWords[kind]}</a>` },
  { heading: 'State', cell: ({ state }) => html`<${JobBadge} state=${state} />` },
  { heading: 'Of what', cell: (job) => html`<${About} job=${job} />` },
  { heading: 'How far', cell: (job) => html`<${JobProgress} job=${job} />` },
  { heading: 'To be looked at', numeric: true, cell: ({ failed }) => failed },
  { heading: 'Started', extra: true, cell: ({ createdAt }) => html`<${Time} at=${createdAt} />` },
  { heading: 'By', extra: true, cell: ({ startedBy }) => startedBy },
]
