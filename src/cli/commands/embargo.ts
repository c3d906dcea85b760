/** `embargo DOI --until DAY`: closes what of a dataset is published, and what will be. */
import { Failure } from '../../core/failure.ts'
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { type StartOptions, startJob } from '../start-job.ts'

interface Options extends StartOptions {
  readonly until?: string
  readonly lift?: boolean
}

export async function run(context: Context, { args, options }: Given<Options>): Promise<Result> {
  const { until, lift } = options
  if ((until === undefined) === (lift !== true)) {
    throw new Failure('bad_request', 'Say either --until DAY, or --lift.')
  }
  const [dataset = ''] = args
  return await startJob(
    context,
    { kind: 'embargo', parameters: { filter: { dataset }, until: until ?? null } },
    options,
  )
}
