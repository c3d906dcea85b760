/** What does the API tell of what goes wrong, by kind? */
import { z } from 'zod'
import { roles } from '../core/roles.ts'
import type { Route } from './route.ts'
import { count, time } from './schemas.ts'

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

export const errorContract = {
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
} as const satisfies Record<string, Route>
