/** Which route tells what happens, as it happens? */
import { roles } from '../core/roles.ts'
import { liveHeaders, liveQuery } from './live-schemas.ts'
import type { Route } from './route.ts'

export const liveContract = {
  listen: {
    method: 'GET',
    path: '/events',
    roles,
    summary: 'What happens, as it happens (server-sent events; docs/api.md says what each message means)',
    query: liveQuery,
    headers: liveHeaders,
    stream: true,
    answers: {},
  },
} as const satisfies Record<string, Route>
