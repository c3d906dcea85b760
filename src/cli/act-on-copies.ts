/** How does a person's action run from the command line? The same for requeue, defer, resume and cancel. */
import type { CopyState, CopyType } from '../core/copy.ts'
import { nextState, type PersonAction, requireAction } from '../core/copy-state.ts'
import { asFailure } from '../core/failure.ts'
import type { CopyJson } from '../replication/copy-json.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import { filterFor } from '../replication/requeue.ts'
import type { Context, Given } from './command.ts'
import { copyTable } from './copy-table.ts'
import { copyId } from './option-values.ts'
import type { Result } from './output.ts'
import type { Service } from './service.ts'
import { viewsMatching, viewsOf } from './views.ts'
import { withService } from './with-service.ts'

export interface ActOptions {
  readonly dataset?: string
  readonly state?: readonly CopyState[]
  readonly type?: readonly CopyType[]
  readonly error?: string
  readonly reason?: string
  readonly dryRun?: boolean
}

/** `confirm` is asked before anything is changed, with the copies that would be; it refuses by throwing. */
export async function actOnCopies(
  context: Context,
  action: PersonAction,
  given: Given<ActOptions> & { readonly confirm?: (copies: readonly CopyJson[]) => Promise<void> },
): Promise<Result> {
  const filter = filterOf(action, given)
  return await withService(context, 'write', async (service) => {
    const matching = await viewsMatching(service, filter)
    const allowed = matching.filter((copy) => nextState(copy.state, action) !== null)
    if (given.options.dryRun) return wouldDo(context, action, { matching, allowed })
    if (allowed.length > 0) await given.confirm?.(allowed)
    return await perform(service, action, { filter, context, reason: given.options.reason ?? null })
  })
}

function filterOf(action: PersonAction, { args, options }: Given<ActOptions>): CopyFilter {
  const ids = args.map(copyId)
  return filterFor(action, {
    ...(ids.length > 0 ? { ids } : {}),
    ...(options.state ? { states: options.state } : {}),
    ...(options.type ? { types: options.type } : {}),
    ...(options.dataset ? { dataset: options.dataset } : {}),
    ...(options.error ? { errorCode: options.error } : {}),
  })
}

async function perform(
  service: Service,
  action: PersonAction,
  { filter, context, reason }: { filter: CopyFilter; context: Context; reason: string | null },
): Promise<Result> {
  const { done, refused, unknown } = await service.act(action, { filter, actor: context.actor(reason) })
  for (const id of unknown) context.output.talk(`There is no copy ${id}.`)
  if (filter.ids !== undefined) for (const copy of refused) context.output.talk(whyRefused(copy, action))
  const copies = await viewsOf(service, done)
  context.output.talk(`${action}: ${done.length} ${done.length === 1 ? 'copy' : 'copies'}`)
  const data = { copies, refused, unknown }
  return { data, text: copies.length === 0 ? '' : copyTable(copies, context.output) }
}

function wouldDo(
  context: Context,
  action: PersonAction,
  { matching, allowed }: { matching: readonly CopyJson[]; allowed: readonly CopyJson[] },
): Result {
  const refused = matching.filter((copy) => !allowed.includes(copy))
  for (const copy of refused) context.output.talk(whyRefused(copy, action))
  context.output.talk(`${action} would change ${allowed.length} of ${matching.length} copies. Nothing was changed.`)
  const data = {
    dryRun: true,
    copies: allowed,
    refused: refused.map(({ id, state }) => ({ id, state })),
  }
  return { data, text: copyTable(allowed, context.output) }
}

function whyRefused(copy: { readonly id: number; readonly state: CopyState }, action: PersonAction): string {
  try {
    requireAction(copy, action)
    return `Copy ${copy.id} could not be changed.`
  } catch (error) {
    return asFailure(error).message
  }
}
