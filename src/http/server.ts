/** How is the HTTP API served? Limits, one way to answer failures, a line in the log for each request, and an orderly end. */
import { randomUUID } from 'node:crypto'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { Failure } from '../core/failure.ts'
import { longestDocument, parseJsonText } from '../core/manifest/json-text.ts'
import { addAccess } from './access/access.ts'
import { answer, answerNothing, pathOf } from './answer.ts'
import { addApi } from './api.ts'
import { addHealth } from './health.ts'
import { logFailure } from './log-failure.ts'
import { addMetrics } from './metrics.ts'
import { addOpenApi } from './openapi.ts'
import type { ServicePorts } from './ports.ts'
import { understood } from './problem.ts'

export interface Listening {
  /** Where it answers. */
  readonly url: string
  /** Takes no more requests, and lets those that are under way end; after a while without them. */
  close(): Promise<void>
}

/** Beside the longest manifest: copy types, priority and time. */
const longestBody = longestDocument + 64 * 1024
/** A header of a request, of which the token and a reason are the longest parts. */
const longestHeaders = 16 * 1024
const silentMs = 120_000
const farewellMs = 10_000

export interface ListenAt {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  readonly logger: FastifyBaseLogger
  /** How often is looked for what happens; default: once a second. */
  readonly liveEveryMs?: number
}

/** @throws Failure `config_invalid` when the address cannot be listened on */
export async function listen(
  ports: ServicePorts,
  { host, port, logger }: ListenAt,
  addPages: AddPages,
): Promise<Listening> {
  const server = await createServer(ports, logger, addPages)
  try {
    const url = await server.listen({ host, port })
    return { url, close: () => closeServer(server) }
  } catch (error) {
    await server.close()
    const { code } = error as NodeJS.ErrnoException
    throw new Failure('config_invalid', `Cannot listen on ${host}:${port} (${code ?? 'no reason given'}).`, {
      cause: error,
      hint: 'See server.host and server.port: the address must be one of this host, and the port free.',
    })
  }
}

/** What people see of the service, beside the API. */
export type AddPages = (server: FastifyInstance, ports: ServicePorts) => Promise<void>

/** Without listening: for the OpenAPI document as well. */
export async function createServer(ports: ServicePorts, logger: FastifyBaseLogger, addPages?: AddPages) {
  const { trustedProxies } = ports.access.settings
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: longestBody,
    connectionTimeout: silentMs,
    http: { maxHeaderSize: longestHeaders },
    frameworkErrors: (error, request, reply) => answerFailure(error, request, reply),
  })
  server.setSerializerCompiler(serializerCompiler)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: unknown, text: string) =>
    readJson(text),
  )
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  server.addHook('onResponse', logRequest)
  server.addHook('onRequestAbort', async (request) => {
    request.log.info(asked(request), 'the caller went away')
  })
  server.setErrorHandler((error: FastifyError, request, reply) => answerFailure(error, request, reply))
  await addAccess(server, ports.access)
  await addOpenApi(server)
  addHealth(server, ports)
  addMetrics(server, ports)
  const addTo = (api: FastifyInstance, _: unknown, done: () => void) => {
    addApi(api, ports)
    api.setNotFoundHandler(answerNothing)
    done()
  }
  await server.register(addTo, { prefix: '/api/v1' })
  if (addPages === undefined) server.setNotFoundHandler(answerNothing)
  else await server.register((pages) => addPages(pages, ports))
  return server
}

async function closeServer(server: Awaited<ReturnType<typeof createServer>>): Promise<void> {
  const impatience = setTimeout(() => server.server.closeAllConnections(), farewellMs)
  await server.close()
  clearTimeout(impatience)
}

function readJson(text: string): unknown {
  const read = parseJsonText(text)
  if (read.ok) return read.value
  const { problem } = read
  throw new Failure('bad_request', `The body cannot be used: ${problem.message}.`, { details: { problems: [problem] } })
}

function answerFailure(error: Error, request: FastifyRequest, reply: FastifyReply) {
  const { failure, status } = understood(error)
  if (status >= 500) logFailure(request, failure)
  return answer(failure, status, { request, reply })
}

async function logRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const facts = {
    ...asked(request),
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime),
  }
  request.log.info(facts, 'request')
}

function asked(request: FastifyRequest) {
  return { method: request.method, path: pathOf(request), caller: request.caller?.name }
}
