/** `job repair ID`: has the worker mend what an audit found, where the way of the copies does. */
import { jobOf } from '../../replication/jobs/start-job.ts'
import type { Context, Given } from '../command.ts'
import { confirm } from '../confirm.ts'
import { jobId } from '../option-values.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

interface Options {
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly reason?: string
}

export async function run(context: Context, { args, options }: Given<Options>): Promise<Result> {
  const id = jobId(args[0] ?? '')
  const actor = context.actor(options.reason ?? null)
  return await withApp(context.settings().config, 'write', async ({ jobs }) => {
    await jobOf(jobs, id)
    const found = await jobs.repair(id, null)
    if (options.dryRun || found.requeued.length === 0) {
      context.output.talk(`Put back would be: ${found.requeued.join(', ') || 'none'}. Nothing was changed.`)
      return { data: { dryRun: true, ...found } }
    }
    const ids = found.requeued.join(', ')
    if (!options.yes) await confirm(context.output, `Put copies ${ids} back into the queue?`)
    const { requeued, refused } = await jobs.repair(id, actor)
    context.output.talk(`Put back: ${requeued.length}; no longer as they were found: ${refused.length}.`)
    return { data: { dryRun: false, requeued, refused }, text: requeued.join('\n') }
  })
}
