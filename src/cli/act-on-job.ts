/** How does a person pause, resume or cancel a job from the command line? */
import type { JobAction } from '../core/jobs.ts'
import { jobJson } from '../replication/jobs/job-json.ts'
import { found } from '../replication/jobs/start-job.ts'
import type { Context, Given } from './command.ts'
import { jobInWords } from './job-words.ts'
import { jobId } from './option-values.ts'
import type { Result } from './output.ts'
import { withApp } from './with-app.ts'

export async function actOnJob(
  context: Context,
  action: JobAction,
  { args, options }: Given<{ readonly reason?: string }>,
): Promise<Result> {
  const id = jobId(args[0] ?? '')
  const actor = context.actor(options.reason ?? null)
  return await withApp(context.settings().config, 'write', async ({ jobs }) => {
    const job = found(await jobs.act(id, action, actor), id)
    return { data: { job: jobJson(job) }, text: jobInWords(job).join('\n') }
  })
}
