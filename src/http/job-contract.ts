/** Which routes of the HTTP API are about jobs? */
import { z } from 'zod'
import { itemStates, jobKinds, jobStates } from '../core/jobs.ts'
import { roles } from '../core/roles.ts'
import { reasonBody } from './bodies.ts'
import type { Route } from './route.ts'
import { familySchema, typeSchema } from './schemas.ts'

const acting = ['curator', 'admin'] as const
const time = () => z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC' })
const count = () => z.int().min(0)

const idRule = 'the id of a job, a whole number from 1'
const limitRule = 'a whole number from 1 to 1000'
const whole = (error: string) =>
  z
    .string({ error })
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
const limit = whole(limitRule)
  .refine((given) => given >= 1 && given <= 1000, { error: limitRule })
  .default(100)
const jobParams = z.strictObject({ id: whole(idRule).describe('Id of the job') })
const listQuery = z.strictObject({ before: whole(idRule).optional().describe('Only jobs with smaller ids'), limit })
const itemsQuery = z.strictObject({
  state: z.array(z.enum(itemStates)).min(1).optional(),
  finding: z.string().min(1).max(64).optional(),
  after: whole('the id of the last item of the page before').optional().describe('Only items with larger ids'),
  limit,
})

const dateRule = 'a date as YYYY-MM-DD, or null to lift the embargo'
const textRule = 'text of 1 to 1000 characters'
const text = () => z.string({ error: textRule }).min(1, { error: textRule }).max(1000, { error: textRule })
export const startBody = z
  .strictObject({
    kind: z.enum(jobKinds).exclude(['backfill']),
    dataset: text().optional().describe('DOI of the only dataset it is about'),
    family: familySchema.optional(),
    type: z.array(typeSchema).min(1).optional(),
    ids: z.array(z.int().min(1)).min(1).max(10_000).optional().describe('Of copies'),
    until: z.iso
      .date({ error: dateRule })
      .nullish()
      .describe('Of an embargo: its last day is the one before; null lifts it'),
    deleteDrafts: z.boolean().default(false).describe('Of a takedown: drafts are deleted'),
    confirmed: z.boolean().default(false).describe('Needed where something is changed at Zenodo'),
    dryRun: z.boolean().default(false).describe('Only tell how many copies are concerned'),
    reason: text().optional().describe('Why; shown with the job'),
  })
  .describe('What is to be done, and on which copies: all that match everything that is named')

const jobSchema = z
  .object({
    id: z.int(),
    kind: z.enum(jobKinds),
    parameters: z.record(z.string(), z.unknown()),
    state: z.enum(jobStates),
    total: count().describe('Known for good when `planned`'),
    planned: z.boolean(),
    done: count(),
    failed: count().describe('A person should look at these'),
    passed: count().describe('Nothing was to be done, or it was left alone'),
    bytesDone: count().describe('That it brought to Zenodo'),
    startedBy: z.string(),
    reason: z.string().nullable(),
    error: z.string().nullable(),
    createdAt: time(),
    updatedAt: time(),
    finishedAt: time().nullable(),
    estimatedEndAt: time().nullable().describe('If it goes on as it went since it was last started'),
  })
  .describe('Work on many copies, which the worker goes on with behind them')
  .meta({ id: 'Job' })

const itemSchema = z
  .object({
    id: z.int(),
    state: z.enum(itemStates),
    dataset: z.string().nullable(),
    copyId: z.int().nullable(),
    finding: z.string().nullable().describe('What came of it, in a word for machines'),
    message: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    updatedAt: time(),
  })
  .describe('One line of the report of a job')
  .meta({ id: 'JobItem' })

function acts(path: string, summary: string) {
  const asked = { params: jobParams, body: reasonBody, answers: { 200: jobSchema } }
  return { method: 'POST', path: `/jobs/:id/${path}`, roles: acting, summary, ...asked } as const
}

const dryRunBody = z.strictObject({ dryRun: z.boolean().default(false), reason: text().optional() })
const startedSchema = z.object({ job: jobSchema.nullable(), concerned: count() })

function takesLines(path: string, summary: string) {
  const asked = { roles: acting, summary, lines: true, answers: { 201: startedSchema } } as const
  return { method: 'POST', path: `/jobs/${path}`, ...asked } as const
}

export const jobContract = {
  startJob: {
    method: 'POST',
    path: '/jobs',
    roles: acting,
    summary: 'Starts an audit, a metadata refresh, an embargo or a takedown list',
    body: startBody,
    answers: { 200: startedSchema, 201: startedSchema },
  },
  listJobs: {
    method: 'GET',
    path: '/jobs',
    roles,
    summary: 'Jobs, newest first',
    query: listQuery,
    answers: { 200: z.object({ jobs: z.array(jobSchema) }) },
  },
  getJob: {
    method: 'GET',
    path: '/jobs/:id',
    roles,
    summary: 'A job, and how far it is',
    params: jobParams,
    answers: { 200: jobSchema },
  },
  listJobItems: {
    method: 'GET',
    path: '/jobs/:id/items',
    roles,
    summary: 'The report of a job, page by page',
    params: jobParams,
    query: itemsQuery,
    answers: { 200: z.object({ items: z.array(itemSchema) }) },
  },
  pauseJob: acts('pauses', 'Has a job wait'),
  resumeJob: acts('resumptions', 'Has a job go on'),
  cancelJob: acts('cancellations', 'Ends a job where it stands; what it has done stays'),
  repairByJob: {
    method: 'POST',
    path: '/jobs/:id/repairs',
    roles: acting,
    summary: 'Puts the copies back into the queue by which what an audit found can be mended',
    params: jobParams,
    body: dryRunBody,
    answers: {
      200: z.object({ dryRun: z.boolean(), requeued: z.array(z.int()), refused: z.array(z.int()) }),
    },
  },
  backfill: takesLines(
    'backfills',
    'Starts a backfill: a manifest a line, or { "manifestUrl": … }. They come in while nothing current waits',
  ),
  refreshWith: takesLines('metadata-refreshes', 'Starts a metadata refresh with new manifests, one a line'),
} as const satisfies Record<string, Route>
