/** What do the routes do that are about jobs? */
import type { z } from 'zod'
import type { JobAction } from '../core/jobs.ts'
import { jobJson } from '../replication/jobs/job-json.ts'
import { found, jobOf } from '../replication/jobs/start-job.ts'
import type { JobParameters } from '../replication/ports/jobs.ts'
import { actorOf } from './actor.ts'
import type { Contract } from './contract.ts'
import type { jobContract, startBody } from './job-contract.ts'
import type { ServicePorts } from './ports.ts'
import type { Handler, Handlers } from './route.ts'

export function jobRoutes({ jobs }: ServicePorts): Pick<Handlers<Contract>, keyof typeof jobContract> {
  const acts = (action: JobAction): Handler<Contract['cancelJob']> => {
    return async ({ params: { id }, body, caller, requestId }) => {
      const job = await jobs.act(id, action, actorOf(caller, requestId, body?.reason))
      return { status: 200, body: jobJson(found(job, id)) }
    }
  }
  const withLines = (kind: 'backfill' | 'refresh_metadata'): Handler<Contract['backfill']> => {
    return async ({ lines, caller, requestId }) => {
      const job = await jobs.startWithLines(kind, lines, actorOf(caller, requestId, undefined))
      return { status: 201, body: { job: jobJson(job), concerned: job.total } }
    }
  }
  return {
    startJob: async ({ body, caller, requestId }) => {
      const { kind, confirmed, dryRun, reason } = body
      const actor = actorOf(caller, requestId, reason)
      const started = await jobs.start({ kind, parameters: parametersOf(body), actor, confirmed, dryRun })
      const { job, concerned } = started
      if (job === null) return { status: 200, body: { job, concerned } }
      return { status: 201, body: { job: jobJson(job), concerned } }
    },
    listJobs: async ({ query: { before, limit } }) => {
      const page = await jobs.list({ limit, ...(before === undefined ? {} : { before }) })
      return { status: 200, body: { jobs: page.map(jobJson) } }
    },
    getJob: async ({ params: { id } }) => ({ status: 200, body: jobJson(await jobOf(jobs, id)) }),
    listJobItems: async ({ params: { id }, query: { state, finding, after, limit } }) => {
      await jobOf(jobs, id)
      const asked = { states: state, finding, after }
      const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
      return { status: 200, body: { items: await jobs.items(id, { limit, ...given }) } }
    },
    pauseJob: acts('pause'),
    resumeJob: acts('resume'),
    cancelJob: acts('cancel'),
    repairByJob: async ({ params: { id }, body, caller, requestId }) => {
      await jobOf(jobs, id)
      const { requeued, refused } = await jobs.repair(id, body.dryRun ? null : actorOf(caller, requestId, body.reason))
      return { status: 200, body: { dryRun: body.dryRun, requeued: [...requeued], refused: [...refused] } }
    },
    backfill: withLines('backfill'),
    refreshWith: withLines('refresh_metadata'),
  }
}

function parametersOf({
  kind,
  dataset,
  family,
  type,
  ids,
  until,
  deleteDrafts,
}: z.output<typeof startBody>): JobParameters {
  const filter = { dataset, family, types: type, ids }
  return {
    filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
    ...(kind === 'embargo' && until !== undefined ? { until } : {}),
    ...(kind === 'takedown' ? { deleteDrafts } : {}),
  }
}
