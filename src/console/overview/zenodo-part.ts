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
  const word = breaker.open
    ? html`<${Badge} tone="bad" word="left alone" />`
    : html`<${Badge} tone="good" word="asked" />`
  return html`${stale ? html`<p>This is what a worker told last; it may have changed.</p>` : null}
    <${Facts} facts=${[
      ['Zenodo is', word],
      ['Why', breaker.open ? [breaker.code, breaker.message].filter((text) => text !== null).join(': ') : null],
      ['Asked again', breaker.nextProbeAt === null ? null : html`<${Time} at=${breaker.nextProbeAt} />`],
      ['Last good answer', html`<${Time} at=${lastSuccessAt} />`],
      [`Calls in ${recent.minutes} minutes`, recent.calls.toLocaleString('en')],
      ['Told to slow down (429)', recent.rateLimited],
      ['Errors of Zenodo (5xx)', recent.serverErrors],
      ['Without an answer', recent.unanswered],
      ['Left this minute', leftText(rateLimit.minute)],
      ['Left this hour', leftText(rateLimit.hour)],
      ['Waiting for the rate limit', heldUp ? 'yes' : 'no'],
    ]} />`
}

function leftText({ limit, remaining, sent }: RateLimit): string {
  const left = remaining ?? Math.max(0, limit - sent)
  return `${left.toLocaleString('en')} of ${limit.toLocaleString('en')}`
}
