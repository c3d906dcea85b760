/** What were the repository and people told, what waits to be told, and what could not be? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import { causeOf } from '../core/mail-words.ts'
import { channels, type MailKind, type MessageKind, messageStates } from '../core/messages.ts'
import { countedAtMost, type Incident, type MessageFilter, type MessageView } from '../replication/ports/outbox.ts'
import { page, readers } from './page.ts'
import { RawJson } from './parts/facts.ts'
import { ActionForm, Field, FilterForm, Select } from './parts/forms.ts'
import { Section } from './parts/section.ts'
import { Badge } from './parts/state-badge.ts'
import { type Column, Pager, Table } from './parts/table.ts'
import { Time } from './parts/time.ts'
import { withQuery } from './paths.ts'
import { useView } from './view.ts'

const pageSize = 50

const words: Readonly<Record<MessageKind | MailKind, string>> = {
  'copy.finished': 'A copy is finished',
  'copy.moved': 'A copy stands elsewhere now',
  'copy.error': 'A copy needs a person',
  'staging.may_be_deleted': 'Staged files may be deleted',
  'incident.opened': 'Something is out of order',
  'incident.closed': 'It is over',
  'copies.in_error': 'Copies in error, gathered',
  daily: 'How everything stands, daily',
  test: 'A test',
}
const kinds = Object.keys(words)

/** A form leaves empty what is not asked for. */
const oneOf = <Name extends string>(names: readonly Name[]) =>
  z
    .enum(['', ...names] as [string, ...string[]])
    .transform((name) => names.find((each) => each === name))
    .optional()
const copy = z
  .string()
  .trim()
  .regex(/^(?:[1-9]\d{0,14})?$/, { error: 'the id of a copy, a whole number from 1' })
  .transform((text) => (text === '' ? undefined : Number(text)))
  .optional()
export const messageFilterFields = { channel: oneOf(channels), kind: oneOf(kinds), copy }

export const messagesPage = page({
  path: '/messages',
  roles: readers,
  nav: { label: 'Messages', key: 'm' },
  query: z.object({
    ...messageFilterFields,
    state: oneOf(messageStates),
    before: z.coerce.number().int().min(1).optional(),
  }),
  show: async ({ query: { before, copy: copyId, ...rest }, ports }) => {
    const filter: MessageFilter = { ...rest, copyId }
    const [found, { waiting, dead }, incidents] = await Promise.all([
      ports.messages.list({ ...filter, before, limit: pageSize + 1 }),
      ports.messages.summary(),
      ports.incidents.standing(),
    ])
    const shown = found.slice(0, pageSize)
    const next = found.length > pageSize ? shown.at(-1)?.id : undefined
    return {
      title: 'Messages',
      body: html`<p class="lead">What the repository is told by webhook, and people by mail, the newest first.</p>
        <${OutOfOrder} incidents=${incidents} />
        <${Tabs} at=${filter.state} counts=${{ waiting, dead }} />
        <${Filter} filter=${filter} />
        <${SendDead} filter=${filter} dead=${dead} />
        <${Table} caption="Messages, newest first" quiet columns=${columns} rows=${shown} id=${rowId} empty="No message is like that." />
        <${Pages} next=${next} before=${before} />`,
    }
  },
})

function OutOfOrder({ incidents }: { readonly incidents: readonly Incident[] }): VNode | null {
  if (incidents.length === 0) return null
  return html`<${Section} heading="Out of order">${incidents.map(
    ({ id, cause, message, openedAt }) =>
      html`<p id=${`incident-${id}`}><strong>${causeOf(cause)}</strong>, since <${Time} at=${openedAt} exact />. ${message}</p>`,
  )}<//>`
}

interface TabsProps {
  readonly at: MessageFilter['state']
  /** Counted as far as that costs nothing: nobody needs the number of all that was delivered. */
  readonly counts: Readonly<Record<string, number>>
}

function Tabs({ at, counts }: TabsProps): VNode {
  const { at: address } = useView()
  const tab = (state: MessageFilter['state']) => {
    const count = state === undefined ? undefined : counts[state]
    const href = withQuery(address, { state, before: undefined })
    return html`<li><a href=${href} aria-current=${state === at ? 'page' : undefined}>${state ?? 'all'}${
      count === undefined ? null : html`<span class="number">${countText(count)}</span>`
    }</a></li>`
  }
  return html`<nav aria-label="States"><ul class="tabs">${[undefined, ...messageStates].map(tab)}</ul></nav>`
}

function countText(count: number): string {
  return `${count.toLocaleString('en')}${count >= countedAtMost ? ' or more' : ''}`
}

function Filter({ filter: { state, kind, channel, copyId } }: { readonly filter: MessageFilter }): VNode {
  const allKinds = [['', 'everything'], ...Object.entries(words)] as ReadonlyArray<readonly [string, string]>
  return html`<${FilterForm} to="/messages" label="Filter the messages" reset="/messages">
    ${state === undefined ? null : html`<input type="hidden" name="state" value=${state} />`}
    <${Select} name="kind" label="What is told" value=${kind} options=${allKinds} />
    <${Select} name="channel" label="By" value=${channel} options=${[['', 'webhook and mail'], ['webhook', 'webhook'], ['mail', 'mail']]} />
    <${Field} name="copy" label="Id of the copy" value=${copyId === undefined ? undefined : String(copyId)} maxlength=${15} />
  <//>`
}

/** Only where dead ones are looked at, so that nobody sends what they do not see. */
function SendDead({ filter, dead }: { readonly filter: MessageFilter; readonly dead: number }): VNode | null {
  const { at } = useView()
  const { state, kind, channel, copyId } = filter
  if (dead === 0 || state === 'waiting' || state === 'delivered') return null
  const isAll = kind === undefined && channel === undefined && copyId === undefined
  const all = dead === 1 ? 'Send the one that is dead again' : `Send all ${countText(dead)} dead again`
  const label = isAll ? all : 'Send all dead of this filter again'
  const fields = {
    kind: kind ?? '',
    channel: channel ?? '',
    copy: copyId === undefined ? '' : String(copyId),
    back: at,
  }
  return html`<div class="bulk row"><${ActionForm} to="/messages/deliveries" label=${label} fields=${fields} reason=${true}
    confirm="Each gets all its attempts anew. See first that the receiver answers: what is refused becomes dead again." /></div>`
}

function Pages({ next, before }: { readonly next: number | undefined; readonly before: number | undefined }): VNode {
  const { at } = useView()
  return html`<${Pager}
    next=${next === undefined ? null : withQuery(at, { before: String(next) })}
    first=${before === undefined ? null : withQuery(at, { before: undefined })} />`
}

function rowId({ id }: MessageView): string {
  return `message-${id}`
}

const tones = { waiting: 'plain', delivered: 'good', dead: 'bad' } as const

const columns: ReadonlyArray<Column<MessageView>> = [
  {
    heading: 'Message',
    names: true,
    cell: ({ id, kind }) =>
      html`${id}: ${kind in words ? words[kind as MessageKind] : kind}<br /><small><code>${kind}</code></small>`,
  },
  { heading: 'State', cell: ({ state }) => html`<${Badge} tone=${tones[state]} word=${state} />` },
  { heading: 'By', cell: ({ channel }) => channel },
  {
    heading: 'Copy',
    cell: ({ copyId }) =>
      copyId === null ? html`<span class="none">–</span>` : html`<a href=${`/copies/${copyId}`}>${copyId}</a>`,
  },
  { heading: 'When', cell: ({ createdAt }) => html`<${Time} at=${createdAt} />` },
  { heading: 'Attempts', numeric: true, cell: ({ attempts }) => attempts },
  { heading: 'Next attempt', cell: ({ nextAttemptAt }) => html`<${Time} at=${nextAttemptAt} />` },
  { heading: 'What came of it', cell: (message) => html`<${Outcome} ...${message} />` },
  { heading: 'What to do', cell: ({ id, state }) => html`<${SendAgain} id=${id} state=${state} />` },
]

/** The error without its code, which stands behind it. */
function Outcome({ state, channel, deliveredAt, lastStatus, lastError, payload }: MessageView): VNode {
  const [, code = '', said = lastError ?? ''] = /^([a-z_]+): (.*)$/s.exec(lastError ?? '') ?? []
  const taken = channel === 'mail' ? 'The mail server took it' : `Taken with ${lastStatus ?? 'a yes'}`
  return html`<div>${
    state === 'delivered'
      ? html`${taken} <${Time} at=${deliveredAt} />`
      : html`${said}${code === '' ? null : html` <code>${code}</code>`}`
  }<${RawJson} summary="What it says" value=${payload} /></div>`
}

/** What was taken once is not sent again by a slip. */
function SendAgain({ id, state }: Pick<MessageView, 'id' | 'state'>): VNode {
  const { at } = useView()
  const asks = 'It was delivered already. The webhook has the same id again; a mail comes a second time.'
  return html`<${ActionForm} to=${`/messages/${id}/deliveries`} label=${`Send message ${id} again`} fields=${{ back: at }}
    confirm=${state === 'delivered' ? asks : undefined} />`
}
