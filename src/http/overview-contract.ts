/** What does the API tell of all copies together: what goes wrong, how the work goes, one dataset, and a list as a file? */
import { z } from 'zod'
import { roles } from '../core/roles.ts'
import { copyListQuery } from './queries.ts'
import type { Route } from './route.ts'
import { copySchema, count, familySchema, time } from './schemas.ts'

const errorGroupSchema = z
  .object({
    group: z.string().describe('Key of the group: `group=` of a list finds its copies'),
    code: z.string(),
    message: z.string().describe('What the messages have in common; … stands for names, ids and numbers'),
    hint: z.string().describe('What a person can do'),
    copies: count().describe('In error'),
    retrying: count().describe('Waiting to be tried again by themselves'),
    firstSeen: time(),
    lastSeen: time(),
    example: z.int().describe('Id of the newest copy'),
  })
  .describe('Errors that differ only in what they are about')
  .meta({ id: 'ErrorGroup' })

const number = () => z.number().min(0)
const amount = { copies: count(), bytes: number() }
const amountSchema = z.object(amount)
const classesSchema = (of: string) =>
  z.array(z.object({ below: number().nullable().describe(`${of}; null: as many or more than the last`), ...amount }))

const statisticsSchema = z.object({
  now: time().describe('By the clock of the database'),
  unit: z.enum(['hour', 'day']),
  spans: z
    .array(
      z.object({
        from: time(),
        enqueued: amountSchema,
        finished: amountSchema,
        backlog: amountSchema.describe('Open at its end: waiting, on their way, in error or deferred'),
      }),
    )
    .describe('The oldest first; the last one is not over'),
  queued: z
    .object({
      ...amount,
      files: count(),
      sizes: classesSchema('Bytes'),
      waits: classesSchema('Hours since it came in'),
    })
    .describe('Waiting or on their way'),
  stuck: amountSchema.describe('In error or deferred: they need a person'),
  pace: z
    .object({ hours: number(), ...amount, files: count() })
    .describe('What was finished in the last day, or since the first of it'),
  estimate: z
    .object({
      hours: number().describe('The longer of the two'),
      byBytesHours: number(),
      byRequestsHours: number(),
      assumptions: z.array(z.string()),
    })
    .nullable()
    .describe('When what is queued will be done; null: nothing was finished lately'),
})

const spansRule = 'a whole number from 1 to 90'

export const overviewContract = {
  listErrors: {
    method: 'GET',
    path: '/errors',
    roles,
    summary: 'What goes wrong, by kind, the most frequent first',
    answers: {
      200: z.object({
        groups: z.array(errorGroupSchema),
        more: count().describe('Kinds that are not told, as there are too many'),
      }),
    },
  },
  getStatistics: {
    method: 'GET',
    path: '/statistics',
    roles,
    summary: 'What came in and was done over time, what waits, and when it will be done',
    query: z.strictObject({
      unit: z.enum(['hour', 'day']).default('hour'),
      spans: z.coerce
        .number({ error: spansRule })
        .int({ error: spansRule })
        .min(1, { error: spansRule })
        .max(90, { error: spansRule })
        .default(48),
    }),
    answers: { 200: statisticsSchema },
  },
  getDataset: {
    method: 'GET',
    // a DOI has slashes
    path: '/datasets/*',
    roles,
    summary: 'All copies of a dataset by family, in the order in which they go, and which goes next',
    params: z.strictObject({
      '*': z.string().min(1).max(1000).describe('DOI of the dataset; its slashes may stand as they are'),
    }),
    answers: {
      200: z.object({
        doi: z.string(),
        chains: z.array(
          z.object({
            family: familySchema,
            copies: z.array(copySchema),
            next: z
              .int()
              .nullable()
              .describe('The first that is not done: it runs, goes next, or holds the others back'),
          }),
        ),
      }),
    },
  },
  exportCopies: {
    method: 'GET',
    path: '/copies/export',
    roles,
    summary: 'A list, all of it in a file: CSV, or JSON of a copy a line',
    query: copyListQuery.extend({ format: z.enum(['csv', 'json']).default('csv') }),
    answers: { 200: z.unknown().describe('The file') },
  },
} as const satisfies Record<string, Route>
