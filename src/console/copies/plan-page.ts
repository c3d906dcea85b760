/** What would be done? Said with numbers before anything is, and what was shown is then what is acted on. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import { type PersonAction, personActions } from '../../core/copy-state.ts'
import { formatIds } from '../../core/id-ranges.ts'
import { type ActionPlan, mostAtOnce, planAction } from '../../replication/plan-action.ts'
import type { CopyFilter, CopyView } from '../../replication/ports/desk.ts'
import { curators, page } from '../page.ts'
import { ActionForm } from '../parts/forms.ts'
import { Table } from '../parts/table.ts'
import { actionLabels } from './bulk-bar.ts'
import { shortColumns } from './copy-columns.ts'
import { listAddress, type RawQuery, readListQuery } from './list-query.ts'

const mostShown = 100
const idsRule = 'ids of copies'
const planQuery = z.looseObject({
  action: z.enum(personActions),
  id: z.preprocess(
    (sent) => (sent === undefined ? [] : [sent].flat()),
    z.array(z.coerce.number({ error: idsRule }).int().min(1)).max(1000),
  ),
})

export const planPage = page({
  path: '/copies/plan',
  roles: curators,
  nav: '/copies',
  query: planQuery,
  show: async ({ query, ports }) => {
    const { action, id: ids, ...raw } = query
    const view = readListQuery(raw as RawQuery, ports)
    const { sort: _, order: __, limit: ___, cursor: ____, ...filter } = view.request
    const chosen: CopyFilter = ids.length > 0 ? { ids } : filter
    const plan = await planAction(ports.reading, action, ports.filterFor(action, chosen))
    return { title: titleOf(plan), live: false, body: html`<${Plan} plan=${plan} back=${listAddress(view, {})} />` }
  },
})

function titleOf({ action, changing }: ActionPlan): string {
  return changing.length === 0 ? `Nothing to ${action}` : `${actionLabels[action]} ${copiesText(changing.length)}?`
}

export function copiesText(count: number): string {
  return count === 1 ? '1 copy' : `${count.toLocaleString('en')} copies`
}

const becomes: Readonly<Record<PersonAction, string>> = {
  requeue: 'would go back into the queue, with all their attempts and ahead of the others',
  defer: 'would be parked until somebody resumes them; later copies of their datasets wait for them',
  resume: 'would go back into the queue',
  cancel: 'would not go to Zenodo; later copies of their datasets no longer wait for them',
}

function Plan({ plan, back }: { readonly plan: ActionPlan; readonly back: string }): VNode {
  const { action, changing, behind, found, leftAlone, leftByState } = plan
  const left = leftByState.map(([state, count]) => `${count.toLocaleString('en')} ${state}`).join(', ')
  const more = found - changing.length - leftAlone.length
  return html`<section class="part plan" aria-label="What would be done">
      <ul>
        <li><strong>${copiesText(found)}</strong> ${found === 1 ? 'matches' : 'match'}.</li>
        <li><strong>${copiesText(changing.length)}</strong> ${becomes[action]}.</li>
        ${behind.size === 0 ? null : html`<li><strong>${copiesText(behind.size)}</strong> of them would wait for an earlier one of their dataset and follow by themselves, in order.</li>`}
        ${leftAlone.length === 0 ? null : html`<li><strong>${copiesText(leftAlone.length)}</strong> would be left alone: ${left}.</li>`}
        ${more <= 0 ? null : html`<li><strong>${copiesText(more)}</strong> more are for another time: at most ${mostAtOnce.toLocaleString('en')} are acted on at once.</li>`}
      </ul>
      <div class="row end">${changing.length === 0 ? null : html`<${Go} action=${action} changing=${changing} back=${back} />`}<a class="button" href=${back}>Back to the list</a></div>
    </section>
    ${changing.length === 0 ? null : html`<${Table} caption=${shownOf('Would be changed, in their order', changing)} columns=${withWaiting(behind)} rows=${changing.slice(0, mostShown)} id=${rowId} />`}
    ${leftAlone.length === 0 ? null : html`<h2>Left alone</h2><${Table} caption=${shownOf('In a state that does not allow it', leftAlone)} columns=${shortColumns} rows=${leftAlone.slice(0, mostShown)} id=${rowId} />`}`
}

function rowId({ id }: CopyView): string {
  return `copy-${id}`
}

function shownOf(what: string, copies: readonly CopyView[]): string {
  return copies.length > mostShown ? `${what}: the first ${mostShown} of ${copies.length.toLocaleString('en')}` : what
}

/** With the very copies, in the states in which they were seen. */
function Go({
  action,
  changing,
  back,
}: {
  readonly action: PersonAction
  readonly changing: readonly CopyView[]
  readonly back: string
}) {
  const ids = formatIds(changing.map(({ id }) => id))
  const states = [...new Set(changing.map(({ state }) => state))]
  return html`<${ActionForm}
    to="/copies/acts" label=${`${actionLabels[action]} ${copiesText(changing.length)}`} tone=${action === 'cancel' ? 'danger' : 'primary'}
    fields=${{ action, ids, states: states.join(','), back }}
  ><label class="field"><span>Why (kept in their stories)</span><input name="reason" maxlength="500" /></label><//>`
}

function withWaiting(behind: ActionPlan['behind']) {
  if (behind.size === 0) return shortColumns
  const then = {
    heading: 'Then',
    cell: ({ id }: CopyView) => {
      const before = behind.get(id)
      return before === undefined ? 'may run' : html`waits for <a href="/copies/${before}">copy ${before}</a>`
    },
  }
  return [...shortColumns, then]
}
