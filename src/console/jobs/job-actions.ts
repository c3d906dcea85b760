/** What do people do about jobs on the pages: start, pause, resume, cancel, and repair what an audit found? */
import { z } from 'zod'
import { jobActions, jobKinds } from '../../core/jobs.ts'
import { found } from '../../replication/jobs/start-job.ts'
import { actingPerson } from '../actor.ts'
import { action, curators } from '../page.ts'
import { jobParams } from './job-page.ts'

const reason = z.string().trim().max(500).optional()
const optional = z
  .string()
  .trim()
  .max(300)
  .transform((text) => (text === '' ? undefined : text))
  .optional()

export const startJobAction = action({
  path: '/jobs/starts',
  roles: curators,
  form: z.object({
    kind: z.enum(jobKinds).exclude(['backfill']),
    dataset: optional,
    family: z
      .enum(['', 'data', 'software', 'supp'])
      .transform((family) => (family === '' ? undefined : family))
      .optional(),
    until: optional,
    /** An embargo is lifted only by who says so, never by a day that was left out. */
    lift: z.literal('yes').optional(),
    confirmed: z.literal('yes').optional(),
    reason,
  }),
  back: () => '/jobs',
  run: async ({ form, ports, ...asked }) => {
    const { kind, dataset, family, until, lift, confirmed } = form
    const filter = { ...(dataset === undefined ? {} : { dataset }), ...(family === undefined ? {} : { family }) }
    const day = lift === 'yes' ? null : until
    const parameters = { filter, ...(kind === 'embargo' && day !== undefined ? { until: day } : {}) }
    const actor = actingPerson(asked, form.reason)
    const { job } = await ports.jobs.start({ kind, parameters, actor, confirmed: confirmed === 'yes', dryRun: false })
    return {
      to: `/jobs/${job?.id}`,
      notice: `Job ${job?.id} was started. The worker goes on with it behind its copies.`,
    }
  },
})

const did = { pause: 'waits', resume: 'goes on', cancel: 'is cancelled' } as const

export const jobAction = action({
  path: '/jobs/:id/acts',
  roles: curators,
  params: jobParams,
  form: z.object({ action: z.enum(jobActions), reason }),
  back: ({ params }) => `/jobs/${params.id}`,
  run: async ({ params: { id }, form, ports, ...asked }) => {
    found(await ports.jobs.act(id, form.action, actingPerson(asked, form.reason)), id)
    return { to: `/jobs/${id}`, notice: `Job ${id} ${did[form.action]}.` }
  },
})

export const repairAction = action({
  path: '/jobs/:id/repairs',
  roles: curators,
  params: jobParams,
  form: z.object({ reason }),
  back: ({ params }) => `/jobs/${params.id}`,
  run: async ({ params: { id }, form, ports, ...asked }) => {
    const { requeued, refused } = await ports.jobs.repair(id, actingPerson(asked, form.reason))
    const left = refused.length === 0 ? '' : ` ${refused.length} are no longer as they were found.`
    return { to: `/jobs/${id}`, notice: `Put back into the queue: ${requeued.length}.${left}` }
  },
})
