/** How does a job begin from the command line? It is told what it concerns, asked where it changes something, and left to the worker. */
import type { App } from '../app.ts'
import type { CopyType, Family } from '../core/copy.ts'
import type { JobKind } from '../core/jobs.ts'
import { jobJson } from '../replication/jobs/job-json.ts'
import { changesZenodo } from '../replication/jobs/start-job.ts'
import type { Job, JobParameters } from '../replication/ports/jobs.ts'
import type { Context } from './command.ts'
import { confirm } from './confirm.ts'
import { copyId } from './option-values.ts'
import type { Result } from './output.ts'
import { withApp } from './with-app.ts'

export interface StartOptions {
  readonly dataset?: string
  readonly family?: Family
  readonly type?: readonly CopyType[]
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly reason?: string
}

export function filterOf({ dataset, family, type }: StartOptions, ids: readonly string[] = []) {
  const filter = { dataset, family, types: type, ids: ids.length === 0 ? undefined : ids.map(copyId) }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

export async function startJob(
  context: Context,
  job: { readonly kind: JobKind; readonly parameters: JobParameters },
  options: StartOptions,
): Promise<Result> {
  const { config } = context.settings()
  const actor = context.actor(options.reason ?? null)
  return await withApp(config, 'write', async ({ jobs }: App) => {
    const asked = { ...job, actor, confirmed: true }
    const { concerned } = await jobs.start({ ...asked, dryRun: true })
    if (options.dryRun) {
      context.output.talk(`This would concern ${things(concerned)}. Nothing was started.`)
      return { data: { dryRun: true, concerned, job: null } }
    }
    if (changesZenodo(job) && !options.yes) {
      await confirm(context.output, `Change ${things(concerned)} at Zenodo, which nobody can undo?`)
    }
    const started = await jobs.start({ ...asked, dryRun: false })
    return begun(context, started.job, concerned)
  })
}

/** What is said of a job that has begun. */
export function begun(context: Context, job: Job | null, concerned: number): Result {
  if (job === null) throw new Error('no job was started')
  context.output.talk(`Job ${job.id} concerns ${things(concerned)}. A worker goes on with it behind its copies:`)
  context.output.talk(`  zenodo-replicator job show ${job.id}`)
  return { data: { dryRun: false, concerned, job: jobJson(job) }, text: String(job.id) }
}

function things(count: number): string {
  return `${count} ${count === 1 ? 'version or deposition' : 'versions or depositions'}`
}
