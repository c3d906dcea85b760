/** Which routes does the HTTP API have? The server, its OpenAPI document and clients are made from this table. */
import { enqueueDocumentSchema } from '../core/manifest/enqueue-document.ts'
import { roles } from '../core/roles.ts'
import { auditContract } from './audit-contract.ts'
import { bulkBody, matchHeaders, reasonBody } from './bodies.ts'
import { jobContract } from './job-contract.ts'
import { linkContract } from './link-contract.ts'
import { liveContract } from './live-contract.ts'
import { messagesContract } from './messages-contract.ts'
import { overviewContract } from './overview-contract.ts'
import { copyParams, listQuery } from './queries.ts'
import type { Route } from './route.ts'
import {
  bulkSchema,
  callerSchema,
  copyPageSchema,
  copySchema,
  enqueuedSchema,
  eventsSchema,
  filesSchema,
  pauseSchema,
  statusSchema,
  tallySchema,
} from './schemas.ts'

const acting = ['curator', 'admin'] as const

function onOne(path: string, summary: string) {
  const asked = { params: copyParams, headers: matchHeaders, body: reasonBody }
  return { method: 'POST', path, roles: acting, summary, ...asked, answers: { 200: copySchema } } as const
}

function onMany(path: string, summary: string) {
  return { method: 'POST', path, roles: acting, summary, body: bulkBody, answers: { 200: bulkSchema } } as const
}

export const contract = {
  listCopies: {
    method: 'GET',
    path: '/copies',
    roles,
    summary: 'Copies, newest first, page by page',
    query: listQuery,
    answers: { 200: copyPageSchema },
  },
  getCopy: {
    method: 'GET',
    path: '/copies/:id',
    roles,
    summary: 'One copy',
    params: copyParams,
    answers: { 200: copySchema },
  },
  listEvents: {
    method: 'GET',
    path: '/copies/:id/events',
    roles,
    summary: 'What happened to a copy, in order',
    params: copyParams,
    answers: { 200: eventsSchema },
  },
  listFiles: {
    method: 'GET',
    path: '/copies/:id/files',
    roles,
    summary: 'The files of a copy, in the order of the manifest',
    params: copyParams,
    answers: { 200: filesSchema },
  },
  getStatus: {
    method: 'GET',
    path: '/status',
    roles,
    summary: 'How many copies there are of each kind, which worker leads, and what keeps it from claiming',
    answers: { 200: statusSchema },
  },
  whoAmI: {
    method: 'GET',
    path: '/caller',
    roles,
    summary: 'Whose token this is, and its role',
    answers: { 200: callerSchema },
  },
  enqueue: {
    method: 'POST',
    path: '/copies',
    roles: ['enqueue', 'admin'],
    summary: 'Brings a version in. Sent again, it finds the copies of the same version and types (200 instead of 201)',
    body: enqueueDocumentSchema,
    answers: { 200: enqueuedSchema, 201: enqueuedSchema },
  },
  enqueueLines: {
    method: 'POST',
    path: '/copies/lines',
    roles: ['enqueue', 'admin'],
    summary: 'Brings any number of versions in, one JSON document a line; what is refused leaves the others alone',
    lines: true,
    answers: { 200: tallySchema },
  },
  requeueCopy: onOne('/copies/:id/requeues', 'Puts a copy back into the queue'),
  deferCopy: onOne('/copies/:id/deferrals', 'Parks a copy; the later ones of its family wait for it'),
  resumeCopy: onOne('/copies/:id/resumptions', 'Puts a deferred copy back into the queue'),
  cancelCopy: onOne('/copies/:id/cancellations', 'Decides that a copy will not go'),
  requeueCopies: onMany('/requeues', 'Puts copies back into the queue; without ids and states, those in error'),
  deferCopies: onMany('/deferrals', 'Parks copies'),
  resumeCopies: onMany('/resumptions', 'Puts deferred copies back into the queue'),
  cancelCopies: onMany('/cancellations', 'Decides that copies will not go'),
  pause: {
    method: 'PUT',
    path: '/pause',
    roles: acting,
    summary: 'Has the worker claim no more copies; running ones go on',
    body: reasonBody,
    answers: { 200: pauseSchema },
  },
  unpause: {
    method: 'DELETE',
    path: '/pause',
    roles: acting,
    summary: 'Has the worker claim copies again',
    answers: { 200: pauseSchema },
  },
  ...auditContract,
  ...messagesContract,
  ...overviewContract,
  ...liveContract,
  ...jobContract,
  ...linkContract,
} as const satisfies Record<string, Route>

export type Contract = typeof contract
