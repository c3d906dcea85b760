/** Who calls, and may they? One question for the API and the pages: a bearer token, a trusted proxy, or a session, in this order. */
import type { FastifyRequest } from 'fastify'
import { Failure } from '../../core/failure.ts'
import type { Caller, Role } from '../../core/roles.ts'
import type { AccessPorts } from '../ports.ts'
import { type Cookies, sessionIn } from './cookies.ts'
import type { Guessing } from './guessing.ts'
import { readProxyHeader } from './proxy-header.ts'

/** @returns null when nobody says who they are. @throws Failure when somebody does, and it is not true, or not enough */
export type Identify = (request: FastifyRequest) => Promise<Caller | null>

export function createIdentify(access: AccessPorts, cookies: Cookies, guessing: Guessing): Identify {
  const saidByProxy = readProxyHeader(access.settings.proxyHeader)
  return async (request) => {
    // always, as it is taken out of what is not trusted
    const proxied = saidByProxy(request)
    const { authorization } = request.headers
    // a proxy that asks for a password itself often hands that on
    const isForProxy = proxied !== null && authorization !== undefined && !/^Bearer\b/i.test(authorization)
    if (authorization !== undefined && !isForProxy) return await byToken(request, access, guessing)
    if (proxied !== null) return proxied
    const secret = sessionIn(request, cookies)
    return secret === undefined ? null : await access.sessions.callerOf(secret)
  }
}

async function byToken(request: FastifyRequest, { holderOf }: AccessPorts, guessing: Guessing): Promise<Caller> {
  const [, token] = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) throw nobody()
  await guessing.requireCalm(request, token)
  const holder = await holderOf(token)
  if (holder === null) {
    await guessing.wrong(request)
    throw new Failure('token_required', 'The token is not known here, or was revoked.')
  }
  guessing.right(token)
  return { name: holder.name, role: holder.role, how: 'token' }
}

/** @throws Failure `token_required` or `role_required` */
export function requireRole(caller: Caller | null, allowed: readonly Role[]): Caller {
  if (caller === null) throw nobody()
  if (allowed.includes(caller.role)) return caller
  const whose = caller.how === 'token' ? `The token "${caller.name}" has` : `${caller.name}, you have`
  const text = `${whose} the role ${caller.role}; this is open to ${allowed.join(', ')}.`
  throw new Failure('role_required', text, { details: { role: caller.role, allowed } })
}

function nobody(): Failure {
  return new Failure(
    'token_required',
    'This needs a token, as a bearer in the header Authorization, or that you sign in.',
  )
}
