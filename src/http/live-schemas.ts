/** What is sent to those who listen to `GET /events`? The zod of each message, by its name. */
import { z } from 'zod'
import { copyEventSchema, leaderSchema, switchSchema, typeSchema } from './schemas.ts'

const count = () => z.int().min(0)
const listed = <Item extends z.ZodType>(item: Item) => z.array(item).min(1)
const dataset = z.string().describe('DOI')

/** By the `event` of the stream. */
export const liveMessages = {
  hello: z
    .object({ heartbeatSeconds: z.int(), resumed: z.boolean() })
    .describe('First of all. Nothing for three times `heartbeatSeconds`: the connection is dead'),
  copy: copyEventSchema
    .extend({ dataset, type: typeSchema })
    .describe('What happened to a copy, as in its story. The events of one copy come in their order'),
  progress: z
    .object({
      copies: z.array(
        z.object({
          copyId: z.int(),
          dataset,
          type: typeSchema,
          step: z.string().nullable(),
          bytesDone: count(),
          bytesTotal: count(),
          filesDone: count(),
          filesTotal: count(),
        }),
      ),
    })
    .describe('All copies that run, when that or how far they are has changed; at most once a second'),
  service: z
    .object({
      pause: switchSchema.nullable(),
      breaker: switchSchema.nullable(),
      leader: leaderSchema,
    })
    .describe('What keeps copies from being claimed, and which worker leads: at the beginning, and when it changes'),
  database: z.object({ reachable: z.boolean() }).describe('The database is away: nothing is known until it is back'),
  reset: z.object({ message: z.string() }).describe('What lies between is not told: load anew what is shown'),
  end: z
    .object({ reason: z.enum(['slow', 'refused', 'stopping']), message: z.string() })
    .describe('Last of all. `slow`, `stopping`: connect again; `refused`: the token or session is good no more'),
}

export type LiveName = keyof typeof liveMessages
export type LiveData<Name extends LiveName> = z.output<(typeof liveMessages)[Name]>
const names = Object.keys(liveMessages) as [LiveName, ...LiveName[]]

const idRule = 'ids of copies, whole numbers from 1'
export const liveQuery = z.strictObject({
  copy: listed(z.coerce.number({ error: idRule }).int({ error: idRule }).min(1, { error: idRule }))
    .optional()
    .describe('Only of these copies'),
  dataset: z.string().min(1).max(1000).optional().describe('Only of this dataset, by DOI'),
  type: listed(typeSchema).optional(),
  kind: listed(z.string().max(32)).optional().describe('Only these kinds of what happens, such as `finished`'),
  event: listed(z.enum(names)).optional().describe('Only these messages; `hello`, `reset` and `end` always come'),
})
export type LiveQuery = z.output<typeof liveQuery>

export const liveHeaders = z.looseObject({
  'last-event-id': z.string().max(4000).optional().describe('The last id that was heard: goes on from there'),
})
