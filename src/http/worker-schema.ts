/** How does the worker look over HTTP? The zod of what it tells of itself, from which the OpenAPI document is made as well. */
import { z } from 'zod'

const time = () => z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC' })
const count = () => z.int().min(0)

const windowSchema = z.object({
  limit: z.int().describe('Requests that the window takes: as Zenodo said, or as the settings say until it does'),
  remaining: z.int().nullable().describe('What Zenodo said is left; null: it did not, or that window is over'),
  resetsAt: time().nullable(),
  sent: count().describe('Requests of the worker within the window that ends now'),
})

export const rateLimitSchema = z
  .object({ minute: windowSchema, hour: windowSchema })
  .describe('What is left of the limits of Zenodo, as its answers said')
  .meta({ id: 'RateLimit' })

export const workerSchema = z
  .object({
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    startedAt: time(),
    term: z.int(),
    updatedAt: time(),
    ageMs: count().describe("Since then, by the database's clock"),
    stale: z.boolean().describe('Not to be taken for what is: too old, or of a worker that leads no more'),
    state: z.enum(['working', 'stopping', 'stopped']),
    draining: z.boolean().describe('Paused, with copies still on their way'),
    slots: z.object({ total: count(), busy: count(), busyLarge: count() }),
    largeBytes: count(),
    copies: z.array(z.int()).readonly().describe('Ids of those on their way'),
    breaker: z.object({
      open: z.boolean(),
      code: z.string().nullable(),
      message: z.string().nullable(),
      failures: count().describe('Failed probes in a row'),
      nextProbeAt: time().nullable(),
    }),
    zenodo: z.object({
      rateLimit: rateLimitSchema,
      heldUp: z.boolean().describe('Whether requests wait for the rate limit'),
      recent: z
        .object({
          minutes: count(),
          calls: count(),
          rateLimited: count(),
          serverErrors: count(),
          unanswered: count(),
        })
        .describe('Calls of the last minutes: all, and those answered 429, 5xx, and not at all'),
      lastSuccessAt: time().nullable(),
    }),
  })
  .describe('What the worker that leads, or led last, told of itself')
  .meta({ id: 'Worker' })
