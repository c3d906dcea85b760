/** `audit [ID…]`: is at Zenodo what finished copies left there? */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { filterOf, type StartOptions, startJob } from '../start-job.ts'

export async function run(context: Context, { args, options }: Given<StartOptions>): Promise<Result> {
  return await startJob(context, { kind: 'audit', parameters: { filter: filterOf(options, args) } }, options)
}
