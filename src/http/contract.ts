/** Which routes does the HTTP API have? The server, its OpenAPI document and clients are made from this table. */
import { roles } from '../core/roles.ts'
import { copyParams, listQuery } from './queries.ts'
import type { Route } from './route.ts'
import { callerSchema, copyPageSchema, copySchema, eventsSchema, filesSchema, statusSchema } from './schemas.ts'

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
} as const satisfies Record<string, Route>

export type Contract = typeof contract
