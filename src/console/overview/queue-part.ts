/** What is queued: how much, how large, for how long, and when will it be done? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import prettyBytes from 'pretty-bytes'
import type { Statistics } from '../../replication/statistics.ts'
import { ShareBar } from '../parts/flow-chart.ts'
import { Table } from '../parts/table.ts'
import { copiesText } from './needs-part.ts'

type Class = Statistics['queued']['sizes'][number]

export function Queue({ statistics }: { readonly statistics: Statistics }): VNode {
  const { queued } = statistics
  if (queued.copies === 0) return html`<p>Nothing is queued.</p>`
  return html`<p class="lead">${copiesText(queued.copies)}, ${prettyBytes(queued.bytes)}.</p>
    <${Outlook} ...${statistics} />
    <${Classes} id="size" caption="By size" classes=${queued.sizes} say=${prettyBytes} />
    <${Classes} id="wait" caption="By the time since they came in" classes=${queued.waits} say=${hoursText} />`
}

function Outlook({ estimate, pace, queued }: Statistics): VNode {
  if (estimate === null) {
    return html`<p>When it will be done cannot be told: no copy was finished in the last day.</p>`
  }
  const { hours, byBytesHours, byRequestsHours } = estimate
  return html`<p>Done in about <strong>${hoursText(hours)}</strong>, at the pace of the last ${hoursText(pace.hours)} (${copiesText(pace.copies)}, ${prettyBytes(pace.bytes)}): its bytes take ${hoursText(byBytesHours)}, its requests to Zenodo ${hoursText(byRequestsHours)}.</p>
    <details><summary>What this rests on</summary><ul>${estimate.assumptions.map((text) => html`<li>${text}</li>`)}<li>Counted are ${copiesText(queued.copies)} with ${queued.files.toLocaleString('en')} files.</li></ul></details>`
}

/** As people say it: the unit grows with the length. */
function hoursText(hours: number): string {
  if (hours === 0) return 'no time'
  if (hours < 1) return plural(Math.max(1, Math.round(hours * 60)), 'minute')
  if (hours < 48) return plural(Math.round(hours), 'hour')
  return plural(Math.round(hours / 24), 'day')
}

function plural(count: number, unit: string): string {
  return `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
}

interface ClassesProps {
  readonly id: string
  readonly caption: string
  readonly classes: readonly Class[]
  readonly say: (bound: number) => string
}

function Classes({ id, caption, classes, say }: ClassesProps): VNode {
  const most = Math.max(...classes.map(({ copies }) => copies))
  const rows = classes
    .map((one, index) => ({ ...one, index, from: classes[index - 1]?.below ?? null }))
    .filter(({ copies }) => copies > 0)
  type Row = (typeof rows)[number]
  const columns = [
    { heading: caption, names: true, cell: ({ from, below }: Row) => rangeText(from, below, say) },
    { heading: 'Copies', numeric: true, cell: ({ copies }: Row) => copies.toLocaleString('en') },
    { heading: 'Bytes', numeric: true, extra: true, cell: ({ bytes }: Row) => prettyBytes(bytes) },
    { heading: 'Share', cell: ({ copies }: Row) => html`<${ShareBar} value=${copies} most=${most} />` },
  ]
  return html`<${Table} caption=${caption} quiet columns=${columns} rows=${rows} id=${({ index }: Row) => `${id}-${index}`} />`
}

function rangeText(from: number | null, below: number | null, say: ClassesProps['say']): string {
  if (from === null) return below === null ? 'all' : `below ${say(below)}`
  return below === null ? `${say(from)} and more` : `${say(from)} to ${say(below)}`
}
