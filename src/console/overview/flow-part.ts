/** What was done, and what was open, over time? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import prettyBytes from 'pretty-bytes'
import type { Statistics } from '../../replication/statistics.ts'
import { FlowChart } from '../parts/flow-chart.ts'
import { copiesText } from './needs-part.ts'

export function Flow({ statistics: { spans, unit } }: { readonly statistics: Statistics }): VNode {
  const finished = spans.reduce((sum, span) => sum + span.finished.copies, 0)
  const bytes = spans.reduce((sum, span) => sum + span.finished.bytes, 0)
  const [first, last] = [spans[0]?.backlog.copies ?? 0, spans.at(-1)?.backlog.copies ?? 0]
  const came = spans.reduce((sum, span) => sum + span.enqueued.copies, 0)
  const before =
    last === first ? 'as many as before' : `${last > first ? 'up' : 'down'} from ${first.toLocaleString('en')}`
  return html`<p class="row">${(['hour', 'day'] as const).map(
    (one) =>
      html`<a class="button" href="/?unit=${one}" aria-current=${one === unit ? 'true' : undefined}>by ${one}</a>`,
  )}</p>
  <div class="charts">
    <${FlowChart} id="finished" kind="bars" heading="Finished copies by ${unit}" say=${copiesText}
      summary="${copiesText(finished)} finished." points=${spans.map(({ from, finished: { copies } }) => [from, copies])} />
    <${FlowChart} id="bytes" kind="bars" heading="Finished bytes by ${unit}" say=${prettyBytes}
      summary="${prettyBytes(bytes)} brought to Zenodo." points=${spans.map(({ from, finished: { bytes: some } }) => [from, some])} />
    <${FlowChart} id="backlog" kind="line" heading="Open copies" say=${copiesText}
      summary="${last === 0 ? 'None is open now' : `${copiesText(last)} open now, ${before}`}; ${came.toLocaleString('en')} came in." points=${spans.map(({ from, backlog: { copies } }) => [from, copies])} />
  </div>`
}
