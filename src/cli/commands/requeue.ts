/** `requeue`: puts copies back into the queue. */
import { type ActOptions, actOnCopies } from '../act-on-copies.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'

export async function run(context: Context, given: Given<ActOptions>): Promise<Result> {
  return await actOnCopies(context, 'requeue', given)
}
