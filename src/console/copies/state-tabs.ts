/** Which states are there, and how many copies are in each? Links that choose one, and keep the rest of the filter. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import type { CopyState } from '../../core/copy.ts'
import { type ListView, listAddress } from './list-query.ts'

export interface StateCount {
  readonly state: CopyState
  readonly count: number
}

interface Tab {
  readonly label: string
  readonly fields: { readonly state: string | null; readonly blocked: string | null }
  readonly states: readonly CopyState[]
}

const plain = (state: CopyState): Tab => ({ label: state, fields: { state, blocked: null }, states: [state] })
/** In the order in which they call for a person. */
const tabs: readonly Tab[] = [
  { label: 'all', fields: { state: null, blocked: null }, states: [] },
  plain('error'),
  plain('replicating'),
  plain('enqueued'),
  { label: 'blocked', fields: { state: null, blocked: 'true' }, states: [] },
  plain('deferred'),
  plain('finished'),
  plain('cancelled'),
]

interface Props {
  readonly view: ListView
  readonly counts: readonly StateCount[]
  /** Waiting for an earlier copy; null: not counted. */
  readonly blocked: number | null
}

export function StateTabs({ view, counts, blocked }: Props): VNode {
  const sum = (states: readonly CopyState[]) =>
    counts
      .filter(({ state }) => states.length === 0 || states.includes(state))
      .reduce((all, { count }) => all + count, 0)
  const many = ({ label, states }: Tab) => (label === 'blocked' ? blocked : sum(states))
  const say = tabs
    .map((tab) => `${many(tab) ?? ''} ${tab.label}`)
    .slice(1, 4)
    .join(', ')
  return html`<nav aria-label="States" data-say=${say}><ul class="tabs">${tabs.map(
    (tab) =>
      html`<li><a href=${listAddress(view, { ...tab.fields, cursor: null })} aria-current=${isAt(view, tab) ? 'page' : undefined}>${tab.label}${
        many(tab) === null ? null : html`<span class="number">${many(tab)?.toLocaleString('en')}</span>`
      }</a></li>`,
  )}</ul></nav>`
}

function isAt({ said }: ListView, { fields }: Tab): boolean {
  return (said.state ?? null) === fields.state && (said.blocked ?? null) === fields.blocked
}
