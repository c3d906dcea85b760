/** What guards every route, of the API and of the pages? Who calls, where the request comes from, and what browsers are told. */
import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller, Role } from '../../core/roles.ts'
import type { AccessPorts } from '../ports.ts'
import { cookiesOf } from './cookies.ts'
import { createGuessing, tooMany } from './guessing.ts'
import { addHeaders } from './headers.ts'
import { createIdentify, requireRole } from './identify.ts'
import { addSameSite } from './same-site.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call; without, anybody may. */
    readonly roles?: readonly Role[]
    /** Open to anybody, but who it is matters. */
    readonly asksWho?: true
  }
  interface FastifyRequest {
    /** Null: nobody, or nobody was asked. */
    caller: Caller | null
    /** Asks again, for what goes on for long. @throws Failure `token_required` or `role_required` */
    stillAllowed(): Promise<void>
  }
}

/** Before the routes. */
export async function addAccess(server: FastifyInstance, access: AccessPorts): Promise<void> {
  const cookies = cookiesOf(access.settings)
  server.decorateRequest('caller', null)
  await server.register(cookie)
  await server.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1000)),
  })
  await addHeaders(server, access.settings)
  const identify = createIdentify(access, cookies, createGuessing(server))
  const check = async (request: FastifyRequest) => {
    const { roles, asksWho } = request.routeOptions.config
    if (roles === undefined && asksWho !== true) return
    request.caller = await identify(request)
    if (roles !== undefined) requireRole(request.caller, roles)
  }
  server.decorateRequest('stillAllowed', function (this: FastifyRequest) {
    return check(this)
  })
  server.addHook('onRequest', check)
  await addSameSite(server, access.settings, cookies)
}
