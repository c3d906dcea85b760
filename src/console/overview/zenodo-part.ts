/** How is Zenodo, as the worker that leads found it lately? */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { RateLimit } from '../../replication/ports/depositions.ts'
import type { WorkerView } from '../../replication/ports/worker-status.ts'
import { Facts } from '../parts/facts.ts'
import { Badge } from '../parts/state-badge.ts'
import { Time } from '../parts/time.ts'

export function ZenodoHealth({ worker }: { readonly worker: WorkerView | null }): VNode {
  if (worker === null) return html`<p>Not known: no worker has told.</p>`
  const { breaker, zenodo, stale } = worker
  const { recent, rateLimit, heldUp, lastSuccessAt } = zenodo
  return html`${stale ? html`<p>This is what a worker told last; it may have changed.</p>` : null}
    <${Facts} facts=${[
      ['Zenodo is', html`<${Answering} ...${worker} />`],
      ['Why', breaker.open ? [breaker.code, breaker.message].filter((text) => text !== null).join(': ') : null],
      ['Asked again', breaker.nextProbeAt === null ? null : html`<${Time} at=${breaker.nextProbeAt} />`],
      ['Last good answer', html`<${Time} at=${lastSuccessAt} />`],
      [`Calls in ${recent.minutes} minutes`, recent.calls.toLocaleString('en')],
      ['Told to slow down (429)', recent.rateLimited],
      ['Errors of Zenodo (5xx)', recent.serverErrors],
      ['Without an answer', recent.unanswered],
      ['Requests left this minute', leftText(rateLimit.minute)],
      ['Requests left this hour', leftText(rateLimit.hour)],
      ['Waiting for the rate limit', heldUp ? 'yes' : 'no'],
    ]} />`
}

/** By what the breaker found, which asks again by itself; else by the calls of the last minutes. */
function Answering({ breaker, zenodo: { recent } }: WorkerView): VNode {
  if (breaker.open && breaker.code === 'zenodo_token_refused')
    return html`<${Badge} tone="bad" word="refusing the token" />`
  if (breaker.open) return html`<${Badge} tone="bad" word="not answering" />`
  if (recent.calls === 0) return html`<${Badge} tone="plain" word="not asked lately" />`
  if (recent.serverErrors + recent.unanswered < recent.calls) return html`<${Badge} tone="good" word="answering" />`
  return html`<${Badge} tone="bad" word="not answering" />`
}

function leftText({ limit, remaining, sent }: RateLimit): string {
  const left = remaining ?? Math.max(0, limit - sent)
  return `${left.toLocaleString('en')} of ${limit.toLocaleString('en')}`
}
