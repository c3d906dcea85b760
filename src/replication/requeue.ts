/** How does a person move copies on: requeue, defer, resume, cancel? One action, for one copy or a whole chain. */

import { type PersonAction, requireAction } from '../core/copy-state.ts'
import { Failure } from '../core/failure.ts'
import type { Actor, CopyFilter, Desk } from './ports/desk.ts'

/**
 * Acts on every copy of the filter that allows it. When copies were named by id and none of them allows the action, that is
 * an error with the reason; copies found by a filter are passed over in silence and counted in `refused`.
 * @throws Failure `action_refused` or `copy_not_found`
 */
export async function actOnCopies(desk: Desk, action: PersonAction, request: { filter: CopyFilter; actor: Actor }) {
  const { filter, actor } = request
  const result = await desk.act(action, filter, actor)
  const ids = filter.ids ?? []
  if (ids.length === 0) return result
  const seen = new Set([...result.done, ...result.refused].map((copy) => copy.id))
  const unknown = ids.filter((id) => !seen.has(id))
  if (result.done.length > 0) return { ...result, unknown }
  for (const copy of result.refused) {
    requireAction(copy, action)
    const text = `Cannot ${action} copy ${copy.id}: a later version of its dataset has been taken to Zenodo.`
    throw new Failure('action_refused', text, { details: { copy: copy.id, state: copy.state, action } })
  }
  throw new Failure('copy_not_found', `There is no copy ${unknown.join(', ')}.`, { details: { ids: unknown } })
}
