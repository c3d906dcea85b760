/** What came of an action on many copies? Each of them as it is now, what was left alone, and the way back. */
import { html } from 'htm/preact'
import type { VNode } from 'preact'
import { z } from 'zod'
import { type PersonAction, personActions } from '../../core/copy-state.ts'
import { parseIds } from '../../core/id-ranges.ts'
import type { ServicePorts } from '../../http/ports.ts'
import { mostAtOnce } from '../../replication/plan-action.ts'
import type { CopyView } from '../../replication/ports/desk.ts'
import { curators, page } from '../page.ts'
import { Table } from '../parts/table.ts'
import { backPath } from '../paths.ts'
import { readOnlyColumns } from './copy-columns.ts'
import { copiesText } from './plan-page.ts'

const doneQuery = z.object({
  action: z.enum(personActions),
  changed: z.string().max(8000),
  left: z.string().max(8000),
  changedCount: z.coerce.number().int(),
  leftCount: z.coerce.number().int(),
  back: z.string().optional(),
})

const was: Readonly<Record<PersonAction, string>> = {
  requeue: 'requeued',
  defer: 'deferred',
  resume: 'resumed',
  cancel: 'cancelled',
}

/** What takes an action back. */
const undo: Partial<Readonly<Record<PersonAction, PersonAction>>> = { defer: 'resume', cancel: 'requeue' }
const mostShown = 200

export const donePage = page({
  path: '/copies/done',
  roles: curators,
  nav: '/copies',
  query: doneQuery,
  show: async ({ query, ports }) => {
    const [changed, left] = [await some(ports, query.changed), await some(ports, query.left)]
    const { changedCount, leftCount } = query
    const text = `${copiesText(changedCount)} ${changedCount === 1 ? 'was' : 'were'} ${was[query.action]}`
    return {
      title: text,
      body: html`
        ${leftCount === 0 ? null : html`<p>${copiesText(leftCount)} had moved on meanwhile, and ${leftCount === 1 ? 'was' : 'were'} left alone.</p>`}
        <div class="row"><a class="button primary" href=${backPath(query.back)}>Back to the list</a><${Undo} action=${query.action} changed=${changed} /></div>
        <${Copies} caption="Changed, as they are now" copies=${changed} count=${changedCount} />
        ${leftCount === 0 ? null : html`<h2>Left alone</h2><${Copies} caption="Left alone, as they are now" copies=${left} count=${leftCount} />`}`,
    }
  },
})

async function some({ reading }: ServicePorts, text: string): Promise<CopyView[]> {
  const ids = (parseIds(text, mostAtOnce) ?? []).slice(0, mostShown)
  if (ids.length === 0) return []
  return [...(await reading.list({ ids, sort: 'id', order: 'asc', limit: mostShown })).copies]
}

function Copies({
  caption,
  copies,
  count,
}: {
  readonly caption: string
  readonly copies: readonly CopyView[]
  readonly count: number
}) {
  const what = count > copies.length ? `${caption}: ${copies.length} of ${count.toLocaleString('en')}` : caption
  return html`<${Table}
    caption=${what} columns=${readOnlyColumns} rows=${copies} empty="None."
    id=${({ id }: CopyView) => `copy-${id}`} href=${({ id }: CopyView) => `/copies/${id}`}
  />`
}

function Undo({
  action,
  changed,
}: {
  readonly action: PersonAction
  readonly changed: readonly CopyView[]
}): VNode | null {
  const back = undo[action]
  if (back === undefined || changed.length === 0) return null
  return html`<form method="get" action="/copies/plan">
    <input type="hidden" name="action" value=${back} />
    ${changed.map(({ id }) => html`<input type="hidden" name="id" value=${id} />`)}
    <button class="button">Undo: ${back} them…</button>
  </form>`
}
