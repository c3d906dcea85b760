/** How does what the HTTP API answers look like? The zod of each answer, from which the OpenAPI document is made as well. */
import { z } from 'zod'
import { type CopyState, copyTypes, families } from '../core/copy.ts'
import { stateNames } from '../core/copy-state.ts'
import { callerWays, roles } from '../core/roles.ts'
import { rateLimitSchema, workerSchema } from './worker-schema.ts'

export const time = () => z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC' })
export const count = () => z.int().min(0)
export const stateSchema = z.enum(stateNames as readonly [CopyState, ...CopyState[]])
export const typeSchema = z.enum(copyTypes)
export const familySchema = z.enum(families)

export const copySchema = z
  .object({
    id: z.int(),
    dataset: z.object({ doi: z.string(), id: z.string().nullable() }),
    version: z.object({ number: z.int(), id: z.string().nullable() }),
    type: typeSchema,
    family: familySchema,
    state: stateSchema,
    step: z
      .string()
      .nullable()
      .describe('What it is busy with while replicating, otherwise what it was last busy with'),
    blockedBy: z.int().nullable().describe('Id of the earlier copy that holds it back'),
    attempts: count(),
    priority: z.int().describe('An hour of head start for each point below zero, and of waiting for each above'),
    runAfter: time().describe('It does not run before this time'),
    depositionId: z.union([z.int(), z.string()]).nullable(),
    conceptRecid: z.string().nullable(),
    doi: z.string().nullable().describe('Under which it is, or will be, found at Zenodo'),
    recordUrl: z.string().nullable(),
    bytesDone: count(),
    bytesTotal: count(),
    filesDone: count(),
    filesTotal: count(),
    error: z
      .object({ code: z.string(), message: z.string(), hint: z.string().describe('What a person can do') })
      .nullable(),
    note: z.string().nullable(),
    createdAt: time(),
    updatedAt: time(),
    finishedAt: time().nullable(),
  })
  .describe('One version of a dataset and one copy type, to be brought to Zenodo. Sizes are bytes')
  .meta({ id: 'Copy' })

export const copyPageSchema = z.object({
  copies: z.array(copySchema),
  nextCursor: z.string().nullable().describe('Where the next page begins; null: this is the last one'),
})

export const copyEventSchema = z
  .object({
    id: z.int(),
    copyId: z.int(),
    at: time(),
    kind: z.string(),
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .describe('What happened to a copy, and by whom')
  .meta({ id: 'Event' })

export const eventsSchema = z.object({
  events: z.array(copyEventSchema),
  archived: count().describe('Older ones, which have left the database for the archive'),
})

export const filesSchema = z.object({
  files: z.array(
    z
      .object({
        path: z.string(),
        size: count(),
        checksum: z.string().nullable(),
        source: z.string().describe('Without signatures and passwords'),
        state: z.enum(['pending', 'sent', 'kept', 'skipped']),
        md5: z.string().nullable(),
        bytesDone: count(),
        archive: z.string().nullable().describe('The archive in which it lies at Zenodo'),
      })
      .describe('A file of the version, and how far it is')
      .meta({ id: 'File' }),
  ),
})

export const switchSchema = z
  .object({ name: z.enum(['pause', 'breaker']), by: z.string(), reason: z.string().nullable(), since: time() })
  .describe('What keeps every copy from being claimed: a person (pause), or the worker because of Zenodo (breaker)')
  .meta({ id: 'Switch' })

export const leaderSchema = z
  .object({ holder: z.string(), host: z.string().nullable(), term: z.int(), expired: z.boolean() })
  .nullable()
  .describe('Which worker leads; null: none')

export const statusSchema = z.object({
  counts: z.array(z.object({ family: familySchema, state: stateSchema, count: count() })),
  waiting: z
    .object({ due: count(), later: count(), blocked: count() })
    .describe('Enqueued copies: could run now, wait for their time, wait for an earlier copy of their family'),
  oldestDue: z
    .object({ id: z.int(), dueForMs: count() })
    .nullable()
    .describe('Of the copies that could run now, the one that is due for longest'),
  leader: leaderSchema,
  pause: switchSchema.nullable(),
  breaker: switchSchema.nullable(),
  worker: workerSchema.nullable(),
  rateLimit: rateLimitSchema.nullable().describe('Of the worker that leads; null: none has said so lately'),
})

export const enqueuedSchema = z.object({
  copies: z.array(copySchema),
  created: count(),
  existing: count().describe('Copies that were there already'),
  replaced: count().describe('Whether the manifest took the place of another one stored for its version'),
})

export const tallySchema = z.object({
  lines: count(),
  accepted: count(),
  created: count(),
  existing: count(),
  replaced: count(),
  refused: count(),
  firstRefused: z
    .array(z.object({ line: z.int(), error: z.object({ code: z.string(), message: z.string(), hint: z.string() }) }))
    .describe('At most a hundred of them'),
})

export const bulkSchema = z.object({
  dryRun: z.boolean().describe('Nothing was changed: it is told what would be'),
  changed: count(),
  refused: count().describe('Copies that match, but are in a state that does not allow it'),
  copies: z.array(copySchema).describe('At most a hundred of those changed'),
  changedIds: z.array(z.int()).optional().describe('All that were changed; not told when it is a dry run'),
  refusedCopies: z
    .array(z.object({ id: z.int(), state: stateSchema }))
    .optional()
    .describe('Those that refused, with their state; not told when it is a dry run'),
  unknown: z.array(z.int()).optional().describe('Ids that were named of which there is no copy'),
})

export const pauseSchema = z.object({ pause: switchSchema.nullable() })

export const callerSchema = z.object({ name: z.string(), role: z.enum(roles), how: z.enum(callerWays) })

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was refused or failed, in a sentence'),
    code: z.string().describe('For machines: docs/states.md lists the codes'),
    hint: z.string().describe('What can be done about it'),
    requestId: z.string().describe('Under which the log of the service knows the request'),
    problems: z
      .array(z.object({ path: z.string(), found: z.string(), accepted: z.string(), message: z.string() }))
      .optional()
      .describe('Each field that was refused: where, what was found, what is accepted'),
  })
  .loose()
  .describe('A refusal or a failure (RFC 9457)')
  .meta({ id: 'Problem' })
