/** What can a person do with this copy, and with those behind it? Buttons that name it, and forms that know what was seen. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { nextState, type PersonAction } from '../../core/copy-state.ts'
import { versionOf } from '../../core/copy-version.ts'
import { actionMeanings, actionsOn, nothingToDo } from '../../replication/copy-story.ts'
import type { CopyView } from '../../replication/ports/desk.ts'
import { actionLabels } from '../copies/bulk-bar.ts'
import { curators } from '../page.ts'
import { ActionForm } from '../parts/forms.ts'
import { useView } from '../view.ts'

const tones: Readonly<Record<PersonAction, 'primary' | 'plain' | 'danger'>> = {
  requeue: 'primary',
  resume: 'primary',
  defer: 'plain',
  cancel: 'danger',
}

const questions: Readonly<Record<PersonAction, (id: number) => string>> = {
  requeue: (id) => `Copy ${id} goes back into the queue with all its attempts, ahead of the others.`,
  resume: (id) => `Copy ${id} goes back into the queue.`,
  defer: (id) => `Copy ${id} is parked until somebody resumes it. Later copies of its dataset and family wait for it.`,
  cancel: (id) =>
    `Copy ${id} will not go to Zenodo. What is there already stays. Later copies of its dataset no longer wait for it.`,
}

interface Props {
  readonly copy: CopyView
  readonly chain: readonly CopyView[]
}

export function CopyActions({ copy, chain }: Props): VNode {
  const { caller } = useView()
  const actions = actionsOn(copy)
  if (actions.length === 0) return html`<p class="soft">${nothingToDo(copy)}</p>`
  if (caller === null || !(curators as readonly string[]).includes(caller.role)) {
    return html`<p class="soft">A curator can ${actions.map((action) => `${action} it (${actionMeanings[action]})`).join(', ')}.</p>`
  }
  return html`<h3>What you can do</h3><div class="row actions">
    ${actions.map((action) => html`<${One} action=${action} copy=${copy} />`)}
    <${WithLater} copy=${copy} chain=${chain} />
  </div>`
}

function One({ action, copy }: { readonly action: PersonAction; readonly copy: CopyView }): VNode {
  return html`<${ActionForm}
    to="/copies/${copy.id}/acts" label="${actionLabels[action]} copy ${copy.id}" tone=${tones[action]}
    fields=${{ action, version: versionOf(copy) }} confirm=${questions[action](copy.id)} reason
    shortcut=${action === 'requeue' ? 'r' : undefined}
  />`
}

/** In their order: each waits for the one before it, so the whole chain is put back at once. */
function WithLater({ copy, chain }: Props): VNode | null {
  const rest = chain.filter((other) => other.position >= copy.position && other.state === 'error')
  if (rest.length < 2 || nextState(copy.state, 'requeue') === null) return null
  return html`<form method="get" action="/copies/plan">
    <input type="hidden" name="action" value="requeue" />
    ${rest.map(({ id }) => html`<input type="hidden" name="id" value=${id} />`)}
    <button class="button">Requeue copy ${copy.id} and all after it (${rest.length} in error)…</button>
  </form>`
}
