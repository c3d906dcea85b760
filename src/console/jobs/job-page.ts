/** How far is a job, what came of each of its parts, and what can a person do about it? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import { itemStates, remaining } from '../../core/jobs.ts'
import { jobOf } from '../../replication/jobs/start-job.ts'
import type { Job, JobItem } from '../../replication/ports/jobs.ts'
import { page, readers } from '../page.ts'
import { Facts, Size } from '../parts/facts.ts'
import { ActionForm, FilterForm, Select } from '../parts/forms.ts'
import { Section } from '../parts/section.ts'
import { Badge } from '../parts/state-badge.ts'
import { type Column, Pager, Table } from '../parts/table.ts'
import { Time } from '../parts/time.ts'
import { withQuery } from '../paths.ts'
import { useView } from '../view.ts'
import { About, JobBadge, JobProgress, kindWords } from './job-parts.ts'

const pageSize = 50

export const jobParams = z.object({ id: z.coerce.number().int().min(1) })

export const jobPage = page({
  path: '/jobs/:id',
  roles: readers,
  nav: '/jobs',
  params: jobParams,
  query: z.object({
    state: z.enum(['', ...itemStates]).default(''),
    after: z.coerce.number().int().min(0).optional(),
  }),
  show: async ({ params: { id }, query: { state, after }, ports }) => {
    const job = await jobOf(ports.jobs, id)
    const wanted = state === '' ? {} : { states: [state] }
    const items = await ports.jobs.items(id, {
      limit: pageSize + 1,
      ...wanted,
      ...(after === undefined ? {} : { after }),
    })
    const mendable = job.kind === 'audit' ? (await ports.jobs.repair(id, null)).requeued.length : 0
    const shown = items.slice(0, pageSize)
    const next = items.length > pageSize ? shown.at(-1)?.id : undefined
    return {
      title: `Job ${id}: ${kindWords[job.kind]}`,
      body: html`<${Section} heading="Where it stands">
          <${State} job=${job} />
          <${Acts} job=${job} mendable=${mendable} />
        <//>
        <${Section} heading="Report">
          <${FilterForm} to=${`/jobs/${id}`} label="Filter the report" reset=${`/jobs/${id}`}>
            <${Select} name="state" label="Parts" value=${state} options=${parts} /><//>
          <${Table} caption="What came of each part" quiet columns=${columns} rows=${shown} id=${rowId} empty="Nothing of this kind yet." />
          <${Pages} next=${next} after=${after} />
        <//>`,
    }
  },
})

const parts = [
  ['', 'all'],
  ['failed', 'to be looked at by a person'],
  ['done', 'done'],
  ['passed', 'left as they were'],
  ['waiting', 'in the queue'],
  ['pending', 'still to be done'],
] as const

function State({ job }: { readonly job: Job }): VNode {
  return html`<${Facts} facts=${[
    ['State', html`<${JobBadge} state=${job.state} />`],
    ['Of what', html`<${About} job=${job} />`],
    ['How far', html`<${JobProgress} job=${job} />`],
    ['Done', job.done],
    ['To be looked at', job.failed],
    ['Left as they were', job.passed],
    ['To go', remaining(job)],
    ['Brought to Zenodo', job.bytesDone === 0 ? null : html`<${Size} bytes=${job.bytesDone} />`],
    ['Ends, if it goes on like this', job.estimatedEndAt === null ? null : html`<${Time} at=${job.estimatedEndAt} />`],
    ['Started', html`<${Time} at=${job.createdAt} /> by ${job.startedBy}`],
    ['Why', job.reason],
    ['Ended', job.finishedAt === null ? null : html`<${Time} at=${job.finishedAt} />`],
    ['Note', job.error],
  ]} />`
}

function Acts({ job, mendable }: { readonly job: Job; readonly mendable: number }): VNode {
  const { id, state } = job
  const open = state === 'waiting' || state === 'running'
  const to = `/jobs/${id}/acts`
  return html`<div class="row">
    ${open ? html`<${ActionForm} to=${to} label="Pause job ${id}" fields=${{ action: 'pause' }} />` : null}
    ${state === 'paused' ? html`<${ActionForm} to=${to} label="Resume job ${id}" fields=${{ action: 'resume' }} tone="primary" />` : null}
    ${
      open || state === 'paused' || state === 'loading'
        ? html`<${ActionForm} to=${to} label="Cancel job ${id}" fields=${{ action: 'cancel' }} tone="danger" reason=${true}
            confirm="It ends where it stands; what it has done stays." />`
        : null
    }
    ${
      mendable > 0
        ? html`<${ActionForm} to=${`/jobs/${id}/repairs`} label="Repair ${mendable} ${mendable === 1 ? 'copy' : 'copies'}" reason=${true} tone="primary"
            confirm="These copies go through the queue once more, and do the difference. Their sources must still be served." />`
        : null
    }
  </div>`
}

function Pages({ next, after }: { readonly next: number | undefined; readonly after: number | undefined }): VNode {
  const { at } = useView()
  return html`<${Pager}
    next=${next === undefined ? null : withQuery(at, { after: String(next) })}
    first=${after === undefined ? null : withQuery(at, { after: undefined })} />`
}

function rowId({ id }: JobItem): string {
  return `item-${id}`
}

const tones = { done: 'good', failed: 'bad', passed: 'still', pending: 'plain', waiting: 'busy' } as const

const columns: ReadonlyArray<Column<JobItem>> = [
  { heading: 'Dataset', names: true, cell: ({ dataset, id }) => datasetOf(dataset, id) },
  {
    heading: 'Copy',
    cell: ({ copyId }) => (copyId === null ? '' : html`<a href=${`/copies/${copyId}`}>${copyId}</a>`),
  },
  { heading: 'State', cell: ({ state }) => html`<${Badge} tone=${tones[state]} word=${state} />` },
  {
    heading: 'What came of it',
    cell: ({ message, finding, data }) =>
      html`${message ?? ''}${finding === null ? null : html`<br /><small>${finding}</small>`}${
        typeof data.ask === 'string'
          ? html`<details class="raw"><summary>Text to send</summary><pre tabindex="0">${data.ask}</pre></details>`
          : null
      }`,
  },
  { heading: 'When', extra: true, cell: ({ updatedAt }) => html`<${Time} at=${updatedAt} />` },
]

function datasetOf(dataset: string | null, id: number): VNode {
  if (dataset === null) return html`<span>part ${id}</span>`
  const path = dataset.split('/').map(encodeURIComponent).join('/')
  return html`<a href=${`/datasets/${path}`}>${dataset}</a>`
}
