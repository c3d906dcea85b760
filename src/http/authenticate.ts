/** Who calls, and may they? Every route names its roles; the token of the caller has one. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../core/failure.ts'
import type { Caller, Role } from '../core/roles.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call; without, anybody may. */
    readonly roles?: readonly Role[]
  }
  interface FastifyRequest {
    /** Null: nobody has been asked. */
    caller: Caller | null
  }
}

/** For the API and for the pages alike. */
export function addCaller(server: FastifyInstance, holderOf: (token: string) => Promise<Caller | null>): void {
  server.decorateRequest('caller', null)
  server.addHook('onRequest', async (request) => {
    const { roles } = request.routeOptions.config
    if (roles !== undefined) request.caller = await authenticate(request, roles, holderOf)
  })
}

/**
 * @param holderOf whose token it is, or null
 * @throws Failure `token_required` or `role_required`
 */
async function authenticate(
  request: Pick<FastifyRequest, 'headers'>,
  allowed: readonly Role[],
  holderOf: (token: string) => Promise<Caller | null>,
): Promise<Caller> {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined)
    throw new Failure('token_required', 'This needs a token, as a bearer in the header Authorization.')
  const caller = await holderOf(token)
  if (caller === null) throw new Failure('token_required', 'The token is not known here, or was revoked.')
  if (allowed.includes(caller.role)) return caller
  const text = `The token "${caller.name}" has the role ${caller.role}; this is open to ${allowed.join(', ')}.`
  throw new Failure('role_required', text, { details: { role: caller.role, allowed } })
}
