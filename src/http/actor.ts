/** How do the story of a copy and the audit log tell who it was? */
import type { Caller } from '../core/roles.ts'
import type { Actor } from '../replication/ports/desk.ts'

/** Programs and people are told apart: `api:dryad` came with a token, `web:jane` by a browser. */
export function actorOf({ name, role, how }: Caller, requestId: string, reason: string | undefined | null): Actor {
  return { name: `${how === 'token' ? 'api' : 'web'}:${name}`, reason: reason ?? null, how, role, requestId }
}
