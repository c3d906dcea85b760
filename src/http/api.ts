/** How does a route of the contract become one of the server? It is checked who calls and what was sent; then its handler answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Role } from '../core/roles.ts'
import { authenticate } from './authenticate.ts'
import { checkInput } from './check-input.ts'
import { type Contract, contract } from './contract.ts'
import type { ServicePorts } from './ports.ts'
import { readRoutes } from './read-routes.ts'
import type { Handlers, Route } from './route.ts'
import { problemSchema } from './schemas.ts'

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

/** `never`: each takes just what its own route lets through, and is handed that. */
type AnyHandler = (asked: never) => Promise<{
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}>

/** Below the prefix at which it is registered. */
export function addApi(server: FastifyInstance, ports: ServicePorts): void {
  server.setValidatorCompiler(checkInput)
  server.addHook('onRequest', async (request) => {
    const { roles } = request.routeOptions.config
    if (roles !== undefined) request.caller = await authenticate(request, roles, ports.holderOf)
  })
  const handlers: Handlers<Contract> = readRoutes(ports)
  for (const name of Object.keys(contract) as Array<keyof Contract>) {
    addRoute(server, { name, route: contract[name], handle: handlers[name] })
  }
}

interface Named {
  readonly name: string
  readonly route: Route
  readonly handle: AnyHandler
}

function addRoute(server: FastifyInstance, { name, route, handle }: Named): void {
  const { method, path: url, roles } = route
  server.route({
    method,
    url,
    config: { roles },
    schema: schemaOf(name, route),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { params, query, body, headers, caller } = request
      const answer = await handle({ params, query, body, headers, caller } as never)
      return await reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body)
    },
  })
}

/** With what the OpenAPI document says of it. */
function schemaOf(name: string, { summary, roles, params, query, body, answers }: Route) {
  return {
    operationId: name,
    summary,
    description: `Open to the roles ${roles.join(', ')}.`,
    security: [{ token: [] }],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response: { ...answers, default: problem },
  }
}

const problem = {
  description: 'Refused, or failed',
  content: { 'application/problem+json': { schema: problemSchema } },
}
