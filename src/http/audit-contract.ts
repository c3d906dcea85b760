/** Which routes tell what people did, and who is signed in? */
import { z } from 'zod'
import { peopleRoles, roles } from '../core/roles.ts'
import type { Route } from './route.ts'

const time = () => z.string().meta({ format: 'date-time', description: 'ISO 8601, UTC' })
const textRule = 'text of 1 to 255 characters'
const shortText = (about: string) =>
  z.string({ error: textRule }).min(1, { error: textRule }).max(255, { error: textRule }).describe(about)
const timeRule = 'a time in ISO 8601 with its zone, such as 2026-11-24T08:00:00Z'
const givenTime = (about: string) => z.iso.datetime({ offset: true, error: timeRule }).describe(about)
const limitRule = 'a whole number from 1 to 1000'

const auditFilter = z.strictObject({
  who: shortText('Who did it, as the log tells it: api:dryad, web:jane or cli:root').optional(),
  action: shortText('What was done, such as copies.requeue').optional(),
  from: givenTime('Not before').optional(),
  to: givenTime('Not after').optional(),
})

const auditQuery = auditFilter.extend({
  limit: z.coerce
    .number({ error: limitRule })
    .int({ error: limitRule })
    .min(1, { error: limitRule })
    .max(1000, { error: limitRule })
    .default(50),
  cursor: z.string().max(20).optional().describe('Goes on: the `nextCursor` of the page before'),
})

const entrySchema = z
  .object({
    id: z.int(),
    at: time(),
    who: z.string(),
    role: z.enum(roles).nullable(),
    how: z
      .enum(['token', 'session', 'oidc', 'link', 'proxy', 'cli', 'library'])
      .describe('How it is known who it was: cli and library act with the rights of the database'),
    action: z.string(),
    subject: z.record(z.string(), z.unknown()).describe('What it was for: a filter, ids, a name'),
    reason: z.string().nullable(),
    outcome: z.record(z.string(), z.unknown()).describe('What came of it, in numbers'),
    requestId: z.string().nullable().describe('Under which the log of the service knows the request'),
  })
  .describe('What a person, or a program in its own name, did')
  .meta({ id: 'AuditEntry' })

const sessionSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    role: z.enum(peopleRoles),
    how: z.enum(['session', 'oidc', 'link']),
    createdAt: time(),
    seenAt: time().describe('To about a minute'),
    expiresAt: time().describe('When it ends, whatever happens'),
  })
  .describe('Somebody who is signed in to the console')
  .meta({ id: 'Session' })

const sessionIdRule = 'the id of a session, a whole number from 1'

export const auditContract = {
  listAudit: {
    method: 'GET',
    path: '/audit',
    roles: peopleRoles,
    summary: 'What people did, the newest first, page by page',
    query: auditQuery,
    answers: { 200: z.object({ entries: z.array(entrySchema), nextCursor: z.string().nullable() }) },
  },
  exportAudit: {
    method: 'GET',
    path: '/audit/export',
    roles: peopleRoles,
    summary: 'The same, all of it in a file: CSV, or JSON of an entry a line',
    query: auditFilter.extend({ format: z.enum(['csv', 'json']).default('csv') }),
    answers: { 200: z.unknown().describe('The file') },
  },
  listSessions: {
    method: 'GET',
    path: '/sessions',
    roles: ['admin'],
    summary: 'Who is signed in to the console',
    answers: { 200: z.object({ sessions: z.array(sessionSchema) }) },
  },
  endSession: {
    method: 'DELETE',
    path: '/sessions/:id',
    roles: ['admin'],
    summary: 'Signs somebody out, from the next request on',
    params: z.strictObject({
      id: z
        .string()
        .regex(/^[1-9]\d{0,14}$/, { error: sessionIdRule })
        .transform(Number)
        .describe('Id of the session'),
    }),
    answers: { 200: z.object({ ended: z.int() }) },
  },
} as const satisfies Record<string, Route>
