/** Who did what, to which copies, and why? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import type { AuditEntry } from '../replication/ports/audit-log.ts'
import { page, readers } from './page.ts'
import { Field, FilterForm, Select } from './parts/forms.ts'
import { type Column, Pager, Table } from './parts/table.ts'
import { Time } from './parts/time.ts'
import { withQuery } from './paths.ts'
import { useView } from './view.ts'

const pageSize = 50

/** What is done, in words; what another release did stays as it is. */
const words: Readonly<Record<string, string>> = {
  'copies.requeue': 'put copies back into the queue',
  'copies.defer': 'parked copies',
  'copies.resume': 'resumed parked copies',
  'copies.cancel': 'cancelled copies',
  'claiming.pause': 'paused the worker',
  'claiming.unpause': 'let the worker go on',
  'copies.repair': 'put copies back that an audit found',
  'jobs.start': 'started a job',
  'jobs.pause': 'paused a job',
  'jobs.resume': 'let a job go on',
  'jobs.cancel': 'cancelled a job',
  'messages.send': 'sent messages again',
  'lease.break': 'took the lease from its holder',
  'token.create': 'made a token',
  'token.revoke': 'revoked a token',
  'session.start': 'signed in',
  'session.end': 'ended a session',
  'session.link': 'made a link to sign in',
}

const hows: Readonly<Record<AuditEntry['how'], string>> = {
  token: 'by token',
  session: 'signed in with a token',
  oidc: 'signed in by the identity provider',
  link: 'signed in by a link',
  proxy: 'named by the proxy',
  cli: 'on the command line',
  library: 'by a program',
}

/** A form leaves empty what is not asked for. */
const text = z
  .string()
  .trim()
  .max(255)
  .transform((value) => (value === '' ? undefined : value))
  .optional()
const day = z
  .union([z.literal(''), z.iso.date({ error: 'a day, such as 2026-11-24' })])
  .transform((value) => (value === '' ? undefined : value))
  .optional()

export const auditPage = page({
  path: '/audit',
  roles: readers,
  nav: { label: 'Audit log', key: 'a' },
  query: z.object({ who: text, action: text, from: day, to: day, cursor: z.string().max(20).optional() }),
  show: async ({ query, ports }) => {
    const { who, action, from, to, cursor } = query
    const filter = { who, action, from: from && `${from}T00:00:00Z`, to: to && `${to}T23:59:59.999Z` }
    const { entries, nextCursor } = await ports.access.audit.list({ ...filter, cursor, limit: pageSize })
    return {
      title: 'Audit log',
      body: html`<p class="lead">Everything that somebody did here, the newest first. Times are UTC.</p>
        <${Filter} who=${who} action=${action} from=${from} to=${to} />
        <${Table} caption="What people did" columns=${columns} rows=${entries} id=${rowId} empty="Nothing was done that matches." quiet=${true} />
        <${Pages} next=${nextCursor} cursor=${cursor} />
        <${Exports} filter=${filter} />`,
    }
  },
})

interface FilterProps {
  readonly who: string | undefined
  readonly action: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
}

function Filter({ who, action, from, to }: FilterProps): VNode {
  const actions = [['', 'everything'], ...Object.entries(words)] as ReadonlyArray<readonly [string, string]>
  return html`<${FilterForm} to="/audit" label="Filter the audit log" reset="/audit">
    <${Field} name="who" label="Who (as in the list)" value=${who} />
    <${Select} name="action" label="Did what" value=${action} options=${actions} />
    <${Field} name="from" label="From (UTC)" type="date" value=${from} />
    <${Field} name="to" label="To (UTC)" type="date" value=${to} />
  <//>`
}

function Pages({ next, cursor }: { readonly next: string | null; readonly cursor: string | undefined }): VNode {
  const { at } = useView()
  return html`<${Pager}
    next=${next === null ? null : withQuery(at, { cursor: next })}
    first=${cursor === undefined ? null : withQuery(at, { cursor: undefined })} />`
}

function Exports({ filter }: { readonly filter: Readonly<Record<string, string | undefined>> }): VNode {
  const file = (format: string) => withQuery('/api/v1/audit/export', { ...filter, format })
  return html`<p class="soft after">All of these, as a file: <a class="button" href=${file('csv')} data-turbo="false" download>CSV</a>
    <a class="button" href=${file('json')} data-turbo="false" download>JSON</a></p>`
}

function rowId({ id }: AuditEntry): string {
  return `entry-${id}`
}

const columns: ReadonlyArray<Column<AuditEntry>> = [
  { heading: 'When', cell: ({ at }) => html`<${Time} at=${at} exact=${true} />` },
  {
    heading: 'Who',
    names: true,
    cell: ({ who, how, role }) => html`${who}<br /><small>${hows[how]}${role === null ? '' : `, ${role}`}</small>`,
  },
  { heading: 'Did what', cell: ({ action }) => words[action] ?? action },
  { heading: 'To what', cell: ({ subject }) => subjectText(subject) },
  { heading: 'Why', cell: ({ reason }) => reason ?? html`<span class="none">–</span>` },
  { heading: 'What came of it', cell: ({ outcome }) => pairs(outcome) },
]

const mostIds = 10

/** A single copy leads to its page. */
function subjectText({ ids, ...rest }: AuditEntry['subject']) {
  const copies = Array.isArray(ids) ? ids.filter((id) => typeof id === 'number') : []
  const more = copies.length - mostIds
  const links = copies
    .slice(0, mostIds)
    .map((id, index) => html`${index > 0 ? ', ' : ''}<a href=${`/copies/${id}`}>${id}</a>`)
  return html`${copies.length === 0 ? '' : 'copy '}${links}${more > 0 ? ` and ${more} more` : ''} ${pairs(rest)}`
}

function pairs(values: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(values).filter(([, value]) => value !== null && value !== undefined)
  return told.map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')
}
