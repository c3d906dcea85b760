/** As whom does a person act from a page? */
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../core/roles.ts'
import type { Actor } from '../replication/ports/desk.ts'

export function actorOf(caller: Caller | null, reason: string | undefined, _request: FastifyRequest): Actor {
  return { name: `web:${caller?.name ?? 'somebody'}`, reason: reason === undefined || reason === '' ? null : reason }
}
