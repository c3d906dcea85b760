/** `job show ID`: how far is a job, and what came of each of its parts? */
import { jobJson } from '../../replication/jobs/job-json.ts'
import { jobOf } from '../../replication/jobs/start-job.ts'
import type { Context, Given } from '../command.ts'
import { itemTable, jobInWords } from '../job-words.ts'
import { jobId } from '../option-values.ts'
import type { Result } from '../output.ts'
import { withApp } from '../with-app.ts'

interface Options {
  readonly failed?: boolean
  readonly after?: number
  readonly limit?: number
}

export async function run(context: Context, { args, options }: Given<Options>): Promise<Result> {
  const id = jobId(args[0] ?? '')
  const { failed, after = 0, limit = 100 } = options
  return await withApp(context.settings().config, 'read', async ({ jobs }) => {
    const job = await jobOf(jobs, id)
    const items = await jobs.items(id, { after, limit, ...(failed ? { states: ['failed'] } : {}) })
    for (const line of jobInWords(job)) context.output.talk(line)
    if (items.length === limit) context.output.talk(`There may be more: go on with --after ${items.at(-1)?.id}`)
    return { data: { job: jobJson(job), items }, text: itemTable(items, context.output) }
  })
}
