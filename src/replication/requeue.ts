/** How does a person move copies on: requeue, defer, resume, cancel? One action, for one copy or a whole chain. */

import type { Copy } from '../core/copy.ts'
import { type PersonAction, requireAction } from '../core/copy-state.ts'
import { Failure } from '../core/failure.ts'
import type { ActRequest, CopyFilter, Desk } from './ports/desk.ts'

/**
 * Without ids or states, requeue is for what failed: the copies that wait behind follow by themselves.
 * @throws Failure `bad_request` when the filter names nothing
 */
export function filterFor(action: PersonAction, filter: CopyFilter): CopyFilter {
  if (Object.keys(filter).length === 0) {
    throw new Failure(
      'bad_request',
      `Name the copies to ${action}: by id, dataset, state, type, error or another filter.`,
    )
  }
  const { ids, states } = filter
  return action === 'requeue' && ids === undefined && states === undefined ? { ...filter, states: ['error'] } : filter
}

export interface Acted {
  readonly done: readonly Copy[]
  readonly refused: readonly Copy[]
  /** Ids that were named of which there is no copy. */
  readonly unknown: readonly number[]
}

/**
 * Acts on every copy of the filter that allows it. When copies were named by id and none of them allows the action, that is
 * an error with the reason; copies found by a filter are passed over in silence and counted in `refused`.
 * @throws Failure `action_refused` or `copy_not_found`
 */
export async function actOnCopies(desk: Desk, action: PersonAction, request: ActRequest): Promise<Acted> {
  const result = await desk.act(action, request.filter, request.actor, request.expected)
  const ids = request.filter.ids ?? []
  if (ids.length === 0) return { ...result, unknown: [] }
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
