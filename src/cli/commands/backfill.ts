/** `backfill FILE…`: brings many old versions in while nothing current waits. */
import type { Context, Given } from '../command.ts'
import type { Result } from '../output.ts'
import { streamsOf } from '../read-streams.ts'
import { begun } from '../start-job.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { args, options }: Given<{ readonly reason?: string }>): Promise<Result> {
  return await withApp(context.settings().config, 'write', async ({ jobs }) => {
    const job = await jobs.startWithLines('backfill', streamsOf(args), context.actor(options.reason ?? null))
    return begun(context, job, job.total)
  })
}
