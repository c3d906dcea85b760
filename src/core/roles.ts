/** What may the holder of a token do? Each route of the HTTP API names the roles that it is open to. */

export const roles = ['enqueue', 'viewer', 'curator', 'admin'] as const
export type Role = (typeof roles)[number]

/** What each role is for. */
export const roleWords: Readonly<Record<Role, string>> = {
  enqueue: 'a repository application: enqueues versions, and reads where they stand',
  viewer: 'reads',
  curator: 'reads, and moves copies on: requeue, defer, resume, cancel, pause',
  admin: 'everything',
}

/** Who calls: the holder of a token. */
export interface Caller {
  readonly name: string
  readonly role: Role
}
