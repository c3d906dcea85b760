/** Which routes tell what the repository and people were told, and send it again? */
import { z } from 'zod'
import { channels, mailKinds, messageKinds, messageStates } from '../core/messages.ts'
import type { Route } from './route.ts'

const time = () => z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC' })
const idRule = 'an id, a whole number from 1'
const id = (about: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, { error: idRule })
    .transform(Number)
    .describe(about)
const kinds = [...new Set([...messageKinds, ...mailKinds])]
const kindRule = `one of ${kinds.join(', ')}`
const kind = z.enum(kinds as [string, ...string[]], { error: kindRule })
const limitRule = 'a whole number from 1 to 1000'

const listQuery = z.strictObject({
  state: z.enum(messageStates).optional(),
  channel: z.enum(channels).optional(),
  kind: kind.optional(),
  copy: id('Id of the copy that it is about').optional(),
  limit: z.coerce
    .number({ error: limitRule })
    .int({ error: limitRule })
    .min(1, { error: limitRule })
    .max(1000, { error: limitRule })
    .default(50),
  cursor: id('Goes on: the `nextCursor` of the page before').optional(),
})

const messageSchema = z
  .object({
    id: z.int(),
    key: z.string().describe('The header webhook-id, the same at each attempt'),
    channel: z.enum(channels),
    kind: z.string(),
    copyId: z.int().nullable(),
    payload: z.record(z.string(), z.unknown()),
    createdAt: time(),
    state: z.enum(messageStates).describe('dead: its attempts are used up'),
    attempts: z.int(),
    nextAttemptAt: time().nullable(),
    deliveredAt: time().nullable(),
    lastStatus: z.int().nullable().describe('What was answered last, if anything'),
    lastError: z.string().nullable(),
  })
  .describe('A message for the repository, or a mail for people')
  .meta({ id: 'Message' })

const sent = z.object({ sent: z.int() })

export const messagesContract = {
  listMessages: {
    method: 'GET',
    path: '/messages',
    roles: ['viewer', 'curator', 'admin'],
    summary: 'What the repository and people are told, newest first, page by page',
    query: listQuery,
    answers: { 200: z.object({ messages: z.array(messageSchema), nextCursor: z.string().nullable() }) },
  },
  sendMessage: {
    method: 'POST',
    path: '/messages/:id/deliveries',
    roles: ['curator', 'admin'],
    summary: 'Sends a message again, with all its attempts',
    params: z.strictObject({ id: id('Id of the message') }),
    answers: { 200: sent },
  },
  sendMessages: {
    method: 'POST',
    path: '/messages/deliveries',
    roles: ['curator', 'admin'],
    summary: 'Sends dead letters again: all, or those of a kind or channel',
    body: z.strictObject({ kind: kind.optional(), channel: z.enum(channels).optional() }).nullable(),
    answers: { 200: sent },
  },
} as const satisfies Record<string, Route>
