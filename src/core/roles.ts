/** Who calls, how is that known, and what may they do? Each route of the HTTP API and page of the console names the roles that it is open to. */

export const roles = ['enqueue', 'viewer', 'curator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What each role is for. */
export const roleWords: Readonly<Record<Role, string>> = {
  enqueue: 'a repository application: enqueues versions, and reads where they stand',
  viewer: 'reads',
  curator: 'reads, and moves copies on: requeue, defer, resume, cancel, pause',
  admin: 'everything',
}

/** Roles of people: who enqueues is a program, and has no business in the console. */
export const peopleRoles = ['viewer', 'curator', 'admin'] as const satisfies readonly Role[]
export type PersonRole = (typeof peopleRoles)[number]

/**
 * How it is known who calls. `token`: a bearer token with the request. The others came by a browser: `session`, signed in with a token;
 * `oidc`, by an identity provider; `link`, by a link that an operator made; `proxy`: a trusted proxy says so.
 */
export const callerWays = ['token', 'session', 'oidc', 'link', 'proxy'] as const
export type CallerWay = (typeof callerWays)[number]

/** Who calls, and what they may do. */
export interface Caller {
  readonly name: string
  readonly role: Role
  readonly how: CallerWay
}
