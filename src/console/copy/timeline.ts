/** What happened to a copy, in order? Each happening with its time, who did it, how long after the one before, and what there is to know. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import prettyMs from 'pretty-ms'
import type { CopyEvent } from '../../replication/ports/desk.ts'
import { Facts, OutsideLink } from '../parts/facts.ts'
import { Time } from '../parts/time.ts'
import { type Call, Calls, callsOf } from './calls.ts'
import { type Fact, newFacts } from './happening-facts.ts'
import { tellingOf } from './tellings.ts'

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
  const facts = newFacts(events)
  const told = shown.filter((event, index) => !isSettledAtOnce(event, shown[index + 1]))
  return html`
    ${earlier === 0 ? null : html`<p class="soft">${earlier} earlier ones are in the archive (retention.folder) or in the JSON below.</p>`}
    ${shown.length === 0 ? html`<p class="empty">Nothing yet.</p>` : null}
    <ol class="timeline">${told.map((event, index) => html`<${Happening} event=${event} before=${told[index - 1]} facts=${facts.get(event.id) ?? []} />`)}</ol>`
}

/** What was about to be done, and is told as done by the event after it. */
function isSettledAtOnce(event: CopyEvent, next: CopyEvent | undefined): boolean {
  return event.kind === 'intent' && next?.kind === 'intent_settled' && next.data.operation === event.data.operation
}

interface HappeningProps {
  readonly event: CopyEvent
  readonly before: CopyEvent | undefined
  readonly facts: readonly Fact[]
}

function Happening({ event, before, facts }: HappeningProps): VNode {
  const { at, actor, data } = event
  const { tone, title } = tellingOf(event)
  const gap = before === undefined ? 0 : Date.parse(at) - Date.parse(before.at)
  const calls: readonly Call[] = callsOf(data)
  return html`<li class=${tone} id="event-${event.id}">
    <h3>${title(data)}</h3>
    <p class="soft"><${Time} at=${at} exact /> · ${actor}${gap < pauseMs ? null : ` · ${prettyMs(gap, { compact: true })} later`}</p>
    ${data.message === undefined || data.message === null ? null : html`<p class="any"><code>${String(data.code ?? '')}</code> ${String(data.message)}</p>`}
    ${facts.length === 0 ? null : html`<${Facts} facts=${facts.map(([name, value]) => [name, shownValue(value)] as const)} />`}
    <${Calls} calls=${calls} leftOut=${Number(data.callsLeftOut ?? 0)} />
  </li>`
}

function shownValue(value: string): VNode {
  return /^https?:\/\//.test(value)
    ? html`<span class="any"><${OutsideLink} href=${value}>${value}<//></span>`
    : html`<span class="any">${value}</span>`
}
