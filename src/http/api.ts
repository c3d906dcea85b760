/** How does a route of the contract become one of the server? It is checked what was sent; then its handler answers. Who calls was checked before (`access`). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asFailure } from '../core/failure.ts'
import { actionRoutes } from './action-routes.ts'
import { auditRoutes } from './audit-routes.ts'
import { checkInput } from './check-input.ts'
import { type Contract, contract } from './contract.ts'
import { enqueueRoutes } from './enqueue-routes.ts'
import { jobRoutes } from './job-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { createHub } from './live-hub.ts'
import { liveRoutes } from './live-routes.ts'
import { messagesRoutes } from './messages-routes.ts'
import { overviewRoutes } from './overview-routes.ts'
import type { ServicePorts } from './ports.ts'
import { readRoutes } from './read-routes.ts'
import type { Handlers, Route } from './route.ts'
import { problemSchema } from './schemas.ts'

/** `never`: each takes just what its own route lets through, and is handed that. */
type AnyHandler = (asked: never) => Promise<{
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}>

/** Below the prefix at which it is registered. */
export function addApi(server: FastifyInstance, ports: ServicePorts): void {
  server.setValidatorCompiler(checkInput)
  server.addHook('onRequest', forgetTypeOfNothing)
  const { liveEveryMs: everyMs = 1000 } = ports
  const onTrouble = (error: unknown) =>
    server.log.warn({ code: asFailure(error).code }, 'those who listen hear nothing')
  const hub = createHub(ports, { everyMs, onTrouble })
  server.addHook('preClose', async () => hub.close())
  const handlers: Handlers<Contract> = {
    ...readRoutes(ports),
    ...overviewRoutes(ports),
    ...enqueueRoutes(ports),
    ...actionRoutes(ports),
    ...auditRoutes(ports.access),
    ...messagesRoutes(ports.messages),
    ...liveRoutes(hub, everyMs),
    ...jobRoutes(ports),
    ...linkRoutes(ports),
  }
  for (const name of Object.keys(contract) as Array<keyof Contract>) {
    const named: Named = { name, route: contract[name], handle: handlers[name] }
    if (named.route.lines) addLinesRoute(server, named)
    else addRoute(server, named)
  }
}

/** Many clients name a type for a body that they do not send. */
async function forgetTypeOfNothing({ headers }: FastifyRequest): Promise<void> {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined
  if (isEmpty) delete headers['content-type']
}

interface Named {
  readonly name: string
  readonly route: Route
  readonly handle: AnyHandler
}

/** In a room of its own, where bodies are read by their route and nothing else is accepted. */
function addLinesRoute(server: FastifyInstance, named: Named): void {
  void server.register((room, _, done) => {
    room.removeAllContentTypeParsers()
    room.addContentTypeParser('application/x-ndjson', (_request, payload, ready) => ready(null, payload))
    addRoute(room, named)
    done()
  })
}

function addRoute(server: FastifyInstance, { name, route, handle }: Named): void {
  const { method, path: url, roles } = route
  server.route({
    method,
    url,
    // without a body nobody reads the stream, and it would never end
    exposeHeadRoute: route.stream !== true,
    config: { roles },
    schema: schemaOf(name, route),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const { params, query, body, headers, caller, id: requestId } = request
      const stillAllowed = () => request.stillAllowed()
      // without a body there are none
      const lines = body ?? []
      const asked = { params, query, body, headers, caller, requestId, lines, stillAllowed }
      const answer = await handle(asked as never)
      return await reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body)
    },
  })
}

/** With what the OpenAPI document says of it. */
function schemaOf(name: string, { summary, roles, params, query, body, headers, lines, stream, answers }: Route) {
  return {
    operationId: name,
    summary,
    description: `Open to the roles ${roles.join(', ')}.`,
    security: [{ token: [] }, { session: [] }],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    ...(headers ? { headers } : {}),
    ...(lines ? { consumes: ['application/x-ndjson'] } : {}),
    response: { ...(stream ? { 200: messages } : answers), default: problem },
  }
}

const problem = {
  description: 'Refused, or failed',
  content: { 'application/problem+json': { schema: problemSchema } },
}

const messages = {
  description: 'Messages, each with its name in `event` and JSON in `data`',
  content: { 'text/event-stream': { schema: z.string() } },
}
