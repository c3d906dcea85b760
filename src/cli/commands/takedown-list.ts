/** `takedown-list DOI`: what of a dataset is at Zenodo, and who can take it down? */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { type StartOptions, startJob } from '../start-job.ts'

interface Options extends StartOptions {
  readonly deleteDrafts?: boolean
}

export async function run(context: Context, { args, options }: Given<Options>): Promise<Result> {
  const [dataset = ''] = args
  const parameters = { filter: { dataset }, deleteDrafts: options.deleteDrafts ?? false }
  return await startJob(context, { kind: 'takedown', parameters }, options)
}
