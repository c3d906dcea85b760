/** `refresh-metadata [FILE…]`: brings the metadata of today to what is at Zenodo. */
import { Failure } from '../../core/failure.ts'
import type { Context, Given } from '../command.ts'
import { confirm } from '../confirm.ts'
import type { Result } from '../output.ts'
import { streamsOf } from '../read-streams.ts'
import { begun, filterOf, type StartOptions, startJob } from '../start-job.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<StartOptions>): Promise<Result> {
  const filter = filterOf(options)
  if (args.length === 0) return await startJob(context, { kind: 'refresh_metadata', parameters: { filter } }, options)
  if (Object.keys(filter).length > 0)
    throw new Failure('bad_request', 'Manifests say themselves which datasets they are of.')
  if (options.dryRun)
    throw new Failure('bad_request', 'What new manifests concern is found by the job: --dry-run cannot tell.')
  if (!options.yes) await confirm(context.output, 'Change the metadata of all that the manifests concern at Zenodo?')
  const { config } = context.settings()
  const actor = context.actor(options.reason ?? null)
  return await withApp(config, 'write', async ({ jobs }) => {
    const job = await jobs.startWithLines('refresh_metadata', streamsOf(args), actor)
    return begun(context, job, job.total)
  })
}
