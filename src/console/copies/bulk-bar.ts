/** How are many copies acted on? Those that are ticked, or when none is all that match; what would happen is shown first. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { type PersonAction, personActions } from '../../core/copy-state.ts'
import type { ListView } from './list-query.ts'

interface Props {
  readonly view: ListView
  /** How many the whole filter finds; null: not counted. */
  readonly matching: number | null
}

export const actionLabels: Readonly<Record<PersonAction, string>> = {
  requeue: 'Requeue',
  defer: 'Defer',
  resume: 'Resume',
  cancel: 'Cancel',
}

/** Changes nothing: it leads to the page that says what would be changed. */
export function BulkBar({ view: { said }, matching }: Props): VNode {
  const all = matching === null ? 'all that match' : `all ${matching.toLocaleString('en')} that match`
  return html`<form id="bulk" method="get" action="/copies/plan" class="bulk row" aria-label="With several copies">
    ${Object.entries(said).map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
    <p class="soft">With the ticked copies, or with ${all} when none is ticked: <strong data-count data-stays></strong></p>
    <div class="row">${personActions.map(
      (action) =>
        html`<button class="button" name="action" value=${action} data-key=${action === 'requeue' ? 'r' : undefined}>${actionLabels[action]}…</button>`,
    )}</div>
  </form>`
}
