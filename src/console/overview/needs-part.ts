/** What waits for somebody to decide? Errors by kind, what was parked, and who paused the worker. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { Time } from '../parts/time.ts'
import { groupAddress } from './errors-page.ts'
import type { Standing } from './overview-page.ts'

const mostShown = 5

export function Needs({ counts, errors, switches }: Standing): VNode {
  const deferred = counts.filter(({ state }) => state === 'deferred').reduce((sum, { count }) => sum + count, 0)
  const pause = switches.find(({ name }) => name === 'pause')
  const kinds = errors.groups.filter(({ copies }) => copies > 0)
  if (kinds.length === 0 && deferred === 0 && pause === undefined) return html`<p>Nothing.</p>`
  const more = kinds.length - mostShown + errors.more
  return html`<ul class="needs">
    ${pause === undefined ? null : html`<li><a href="/worker">The worker is paused</a> by ${pause.by}, since <${Time} at=${pause.since} />${pause.reason === null ? '' : `: ${pause.reason}`}</li>`}
    ${kinds
      .slice(0, mostShown)
      .map(
        (kind) =>
          html`<li><a href=${groupAddress(kind)}>${copiesText(kind.copies)} in error</a>, last <${Time} at=${kind.lastSeen} />: ${kind.message} <small>${kind.hint}</small></li>`,
      )}
    ${more > 0 ? html`<li><a href="/errors">All kinds of errors (${kinds.length + errors.more})</a></li>` : null}
    ${deferred === 0 ? null : html`<li><a href="/copies?state=deferred">${copiesText(deferred)} deferred</a>: until somebody resumes or cancels them, later copies of their datasets wait.</li>`}
  </ul>`
}

export function copiesText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'copy' : 'copies'}`
}
