/** How is the plan carried out? On the copies that were shown, in the states that were shown: what moved on meanwhile is left alone. */
import { z } from 'zod'
import { personActions } from '../../core/copy-state.ts'
import { Failure } from '../../core/failure.ts'
import { formatIds, parseIds } from '../../core/id-ranges.ts'
import { stateSchema } from '../../http/schemas.ts'
import { mostAtOnce } from '../../replication/plan-action.ts'
import { actingPerson } from '../actor.ts'
import { action, curators } from '../page.ts'
import { backPath } from '../paths.ts'

const actForm = z.object({
  action: z.enum(personActions),
  ids: z.string().max(200_000),
  states: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(stateSchema)),
  reason: z.string().trim().max(500).optional(),
  back: z.string().optional(),
})

/** What an address may hold of ids; the rest is only counted. */
const mostText = 6000

export const actAction = action({
  path: '/copies/acts',
  roles: curators,
  form: actForm,
  back: ({ form }) => backPath(form.back),
  run: async ({ form, ports, ...asked }) => {
    const ids = parseIds(form.ids, mostAtOnce)
    if (ids === null || ids.length === 0) throw new Failure('bad_request', 'The form does not say which copies.')
    const filter = { ids, states: form.states }
    const { done } = await ports.desk.act(form.action, filter, actingPerson(asked, form.reason))
    const changed = new Set(done.map(({ id }) => id))
    const left = ids.filter((id) => !changed.has(id))
    const told = new URLSearchParams({ action: form.action, changed: short([...changed]), left: short(left) })
    told.set('changedCount', String(changed.size))
    told.set('leftCount', String(left.length))
    told.set('back', backPath(form.back))
    return { to: `/copies/done?${told}` }
  },
})

/** As many whole ranges as fit. */
function short(ids: readonly number[]): string {
  const text = formatIds(ids)
  return text.length <= mostText ? text : text.slice(0, text.lastIndexOf(',', mostText))
}
