/** `job list`: which jobs are there? */
import { jobJson } from '../../replication/jobs/job-json.ts'
import type { Context, Given } from '../command.ts'
import { jobTable } from '../job-words.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

export async function run(context: Context, { options }: Given<{ readonly limit?: number }>): Promise<Result> {
  return await withApp(context.settings().config, 'read', async ({ jobs }) => {
    const list = await jobs.list({ limit: options.limit ?? 20 })
    return { data: { jobs: list.map(jobJson) }, text: jobTable(list, context.output) }
  })
}
