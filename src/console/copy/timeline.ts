/** What happened to a copy, in order? Each happening with its time, who did it, how long after the one before, and what there is to know. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import prettyMs from 'pretty-ms'
import type { CopyEvent } from '../../replication/ports/desk.ts'
import { Facts } from '../parts/facts.ts'
import { Time } from '../parts/time.ts'
import { type Call, Calls, callsOf } from './calls.ts'

interface Props {
  readonly events: readonly CopyEvent[]
  /** Older ones, which have left for the archive. */
  readonly archived: number
}

const mostShown = 200
/** A pause worth mentioning. */
const pauseMs = 1000

export function Timeline({ events, archived }: Props): VNode {
  const shown = events.slice(-mostShown)
  const earlier = archived + events.length - shown.length
  return html`
    ${earlier === 0 ? null : html`<p class="soft">${earlier} earlier ones are in the archive (retention.folder) or in the JSON below.</p>`}
    ${shown.length === 0 ? html`<p class="empty">Nothing yet.</p>` : null}
    <ol class="timeline">${shown.map((event, index) => html`<${Happening} event=${event} before=${shown[index - 1]} />`)}</ol>`
}

interface Telling {
  readonly tone?: 'good' | 'bad' | 'person'
  readonly title: (data: CopyEvent['data']) => string
}

const step = (data: CopyEvent['data']) => String(data.step ?? '')
const operations: Readonly<Record<string, string>> = {
  create: 'create a draft',
  new_version: 'begin a new version',
  publish: 'publish',
  discard: 'discard the draft',
}
const operation = (data: CopyEvent['data']) => operations[String(data.operation)] ?? String(data.operation)

const tellings: Readonly<Record<string, Telling>> = {
  enqueued: { title: () => 'Enqueued' },
  claimed: { title: () => 'Taken by the worker' },
  step: { tone: 'good', title: (data) => `Step ${step(data)} done` },
  intent: { title: (data) => `About to ${operation(data)} at Zenodo` },
  intent_settled: { title: (data) => `Known: ${operation(data)} (${String(data.outcome)})` },
  repointed: { title: () => 'Points at another deposition' },
  files_replaced: { title: () => 'A corrected manifest brought other files' },
  finished: { tone: 'good', title: () => 'Finished' },
  error: { tone: 'bad', title: () => 'Failed, and waits for a person' },
  retry: { tone: 'bad', title: (data) => `Failed, and is tried again ${afterText(data)}` },
  released: { title: (data) => `Put back ${afterText(data)}` },
  rescued: { title: () => 'Taken back from a worker that died' },
  requeue: { tone: 'person', title: () => 'Requeued' },
  defer: { tone: 'person', title: () => 'Deferred' },
  resume: { tone: 'person', title: () => 'Resumed' },
  cancel: { tone: 'person', title: () => 'Cancelled' },
}

function afterText({ delayMs }: CopyEvent['data']): string {
  return typeof delayMs === 'number' && delayMs > 0 ? `after ${prettyMs(delayMs, { compact: true })}` : 'at once'
}

/** Said by the title, or elsewhere. */
const saidElsewhere = new Set([
  'type',
  'step',
  'operation',
  'outcome',
  'delayMs',
  'calls',
  'code',
  'message',
  'from',
  'to',
  'callsLeftOut',
])

function Happening({ event, before }: { readonly event: CopyEvent; readonly before: CopyEvent | undefined }): VNode {
  const { kind, at, actor, data } = event
  const { tone, title } = tellings[kind] ?? { title: () => kind.replaceAll('_', ' ') }
  const gap = before === undefined ? 0 : Date.parse(at) - Date.parse(before.at)
  const facts = Object.entries(data).filter(([name, value]) => value !== null && !saidElsewhere.has(name))
  const calls: readonly Call[] = callsOf(data)
  return html`<li class=${tone} id="event-${event.id}">
    <h3>${title(data)}</h3>
    <p class="soft"><${Time} at=${at} exact /> · ${actor}${gap < pauseMs ? null : ` · ${prettyMs(gap, { compact: true })} later`}</p>
    ${data.message === undefined || data.message === null ? null : html`<p><code>${String(data.code ?? '')}</code> ${String(data.message)}</p>`}
    ${facts.length === 0 ? null : html`<${Facts} facts=${facts.map(([name, value]) => [name, textOf(value)] as const)} />`}
    <${Calls} calls=${calls} leftOut=${Number(data.callsLeftOut ?? 0)} />
  </li>`
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
