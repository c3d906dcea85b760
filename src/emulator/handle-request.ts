/** What happens to a request from the first header to the last byte: log, faults, limits, route, answer. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Account, findAccount, requestToken } from './accounts.ts'
import { faultAnswer } from './control/fault-answer.ts'
import type { Fault, FaultList } from './control/faults.ts'
import type { OpenLogEntry, RequestLog } from './control/request-log.ts'
import { type Answer, ConnectionLost, errorAnswer, type Headers, HttpError, serverError } from './http-answer.ts'
import type { RateLimiter } from './rate-limit.ts'
import { NATIVE } from './rdm/native-json.ts'
import { createRequestBody, type RequestBody } from './request-body.ts'
import type { RequestContext } from './request-context.ts'
import { chooseHandler, decodePath, findRoute, parseQuery, type Route } from './router.ts'
import { sendAnswer } from './send-answer.ts'
import type { EmulatorSettings } from './settings.ts'
import type { RecordStore } from './store.ts'

/** What every request is handled with. */
export interface Machinery {
  origin(): string
  settings(): EmulatorSettings
  changeSettings(patch: Partial<EmulatorSettings>): void
  readonly store: RecordStore
  readonly faults: FaultList
  readonly log: RequestLog
  readonly limiter: RateLimiter
  readonly routes: readonly Route[]
  readonly controlRoutes: readonly Route[]
  /** Aborted when the emulator closes, so that nothing goes on waiting. */
  readonly closing: AbortSignal
}

/** One request with everything known about it. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly target: string
  readonly body: RequestBody
  readonly account: Account | undefined
  responseBytes: number
}

/** Handles one request to its end. */
export async function handleRequest(
  machinery: Machinery,
  request: IncomingMessage,
  response: ServerResponse & { readonly mustContinue?: boolean },
): Promise<void> {
  const target = request.url ?? '/'
  const isControl = target.startsWith('/_emulator')
  const settings = machinery.settings()
  const token = requestToken(request, parseQuery(target))
  const exchange: Exchange = {
    request,
    response,
    method: request.method ?? 'GET',
    target,
    body: createRequestBody(request, response, response.mustContinue === true),
    account: isControl ? undefined : findAccount({ settings, ledger: machinery.store.ledger }, token),
    responseBytes: 0,
  }
  const entry = isControl ? undefined : openLog(machinery, exchange)
  try {
    if (isControl) await reply(exchange, await answerOf(machinery, exchange, machinery.controlRoutes))
    else await serve(machinery, exchange)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
  } finally {
    entry?.end()
    exchange.body.drain()
  }
}

function openLog({ log }: Machinery, exchange: Exchange): OpenLogEntry {
  const { request, response, method, target, account, body } = exchange
  const address = request.socket.remoteAddress ?? ''
  const entry = log.begin({ method, path: target, user: account?.name ?? null, address }, request.headers)
  entry.follow(() => ({
    status: response.headersSent ? response.statusCode : null,
    requestBytes: body.receivedBytes(),
    responseBytes: exchange.responseBytes,
  }))
  return entry
}

async function serve(machinery: Machinery, exchange: Exchange): Promise<void> {
  const fault = machinery.faults.take(exchange.method, exchange.target)
  await wait(machinery, machinery.settings().latencyMs)
  if (fault) return await fail(machinery, exchange, fault)
  await reply(exchange, await answerOf(machinery, exchange, machinery.routes))
}

async function fail(machinery: Machinery, exchange: Exchange, fault: Fault): Promise<void> {
  const { end } = fault
  const isReal = fault.commit || end.kind === 'normal'
  if (!fault.commit) await wait(machinery, fault.delayMs)
  const answer = isReal ? await answerOf(machinery, exchange, machinery.routes) : undefined
  if (!isReal) await exchange.body.skip(fault.afterBytes ?? 0)
  if (fault.commit) await wait(machinery, fault.delayMs)
  switch (end.kind) {
    case 'normal':
      if (answer) await reply(exchange, answer)
      return
    case 'drop':
      exchange.request.socket.destroy()
      return
    case 'answer':
      await reply(exchange, { answer: faultAnswer(end), headers: {} })
  }
}

async function wait({ closing }: Machinery, ms: number): Promise<void> {
  if (ms === 0) return
  try {
    await delay(ms, undefined, { signal: closing })
  } catch (error) {
    throw new ConnectionLost('The emulator was closed.', { cause: error })
  }
}

interface Reply {
  readonly answer: Answer
  readonly headers: Headers
}

/** The answer of a route, with the headers that every answer carries. Unexpected errors become a 500 and are reported. */
async function answerOf(machinery: Machinery, exchange: Exchange, routes: readonly Route[]): Promise<Reply> {
  const headers: Record<string, string | number> = { 'x-request-id': randomUUID().replaceAll('-', '') }
  try {
    if (routes === machinery.routes) Object.assign(headers, countRequest(machinery, exchange))
    return { answer: await route(machinery, exchange, routes), headers }
  } catch (error) {
    if (error instanceof ConnectionLost) throw error
    if (error instanceof HttpError) return { answer: errorAnswer(error), headers }
    process.stderr.write(`The emulator failed on ${exchange.method}: ${(error as Error).stack}\n`)
    return { answer: errorAnswer(serverError()), headers }
  }
}

function countRequest({ limiter, settings }: Machinery, { request, account, target, method }: Exchange): Headers {
  const client = `${request.headers['user-agent'] ?? ''} ${request.socket.remoteAddress ?? ''}`
  const isSearch = method === 'GET' && /^\/api\/records(?:\?|$)/.test(target)
  return limiter.count({ client, isGuest: account === undefined, isSearch }, settings())
}

async function route(machinery: Machinery, exchange: Exchange, routes: readonly Route[]): Promise<Answer> {
  const { request, method, target, body, account } = exchange
  const path = decodePath(target)
  const match = path === undefined || isUnknown(machinery, path) ? undefined : findRoute(routes, path)
  const handler = chooseHandler(match, method)
  if (target.startsWith('/api/') && match?.route.negotiates !== false)
    requireAcceptable(request.headers.accept, match?.route.hasNative === true)
  const context: RequestContext = {
    origin: machinery.origin(),
    method,
    params: match?.params ?? {},
    query: parseQuery(target),
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body,
    account,
    settings: machinery.settings(),
    store: machinery.store,
    changeSettings: machinery.changeSettings,
    pause: (ms) => wait(machinery, ms),
  }
  return await handler(context)
}

/** The deposit API and its buckets are Zenodo's own. */
function isUnknown({ settings }: Machinery, path: string): boolean {
  return settings().repository === 'invenio' && /^\/api\/(?:deposit|files)\//.test(path)
}

/** JSON must be acceptable even for downloads (flask-resources content negotiation). */
function requireAcceptable(accept: string | undefined, hasNative: boolean): void {
  if (accept === undefined || accept.trim() === '') return
  const ranges = accept.split(',').map((range) => range.split(';')[0]?.trim().toLowerCase())
  const accepted = ['*/*', 'application/*', 'application/json', ...(hasNative ? [NATIVE] : [])]
  const isFine = ranges.some((range) => range === '*/*' || accepted.includes(range ?? ''))
  if (!isFine) throw new HttpError(406, "Invalid 'Accept' header. Expected one of: application/json")
}

async function reply(exchange: Exchange, { answer, headers }: Reply): Promise<void> {
  const { response, method, target } = exchange
  if (response.destroyed || response.headersSent) return
  await sendAnswer(answer, {
    response,
    method,
    // Who waits for permission to send its body and is refused may send it all the same; a new connection is clean.
    headers: exchange.body.isAwaited() ? { ...headers, connection: 'close' } : headers,
    isPretty: ['', '1', 'true'].includes(parseQuery(target).get('prettyprint') ?? '0'),
    onBytes: (count) => {
      exchange.responseBytes += count
    },
  })
}
