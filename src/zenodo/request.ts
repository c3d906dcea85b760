/** How does one call go? Paced, guarded, with the token in a header only, and told as a value or a Failure. */
import type { Dispatcher } from 'undici'
import { Failure, isFailure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import type { Connections } from './connections.ts'
import type { Pacer } from './pacer.ts'
import { headerOf } from './rate-headers.ts'
import { factsOf, refusalOf, subjectOf } from './refusals.ts'
import { changes, type ZenodoRequest } from './requests.ts'
import { type Answer, NotUnderstood } from './responses.ts'
import { withinTime } from './time-limit.ts'
import { transportFailure } from './transport.ts'

/** A request that was made. `path` has no query; `status` is 0 when no answer came. */
export interface CallEvent {
  readonly kind: 'zenodo.call'
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationMs: number
}

/** What a call needs of its surroundings. */
export interface Wire {
  /** The one of now: what belongs together takes it once. */
  readonly token: string
  readonly userAgent: string
  /** What JSON is asked for. */
  readonly accept: string
  readonly connections: Connections
  /** What one exchange may take in all. */
  readonly longestMs: number
  readonly pacer: Pacer
  readonly guard: () => void
  readonly emit: (event: CallEvent) => void
  /** More tries of repeatable calls, and the first wait between them. */
  readonly retries: number
  readonly retryBaseMs: number
}

/** How often one call waits out a 429 before it gives up. */
const patience = 5
const hops = 3

/** One try, in which a 429 is waited out: Zenodo did nothing then, so this is safe for every verb. */
export async function attempt<T>(
  wire: Wire,
  request: ZenodoRequest,
  read: (answer: Answer) => T,
  signal: AbortSignal,
): Promise<T> {
  for (let refusals = 0; ; refusals += 1) {
    const answer = await exchange(wire, request, signal)
    if (answer.status >= 200 && answer.status < 300) return understood(request, answer, read)
    const refusal = refusalOf(request, answer, Date.now())
    if (refusal.code !== 'zenodo_rate_limited' || refusals >= patience) throw refusal
  }
}

/** The headers of every request. The token travels nowhere else. */
export function headersOf(wire: Pick<Wire, 'userAgent' | 'accept'>, token: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, accept: wire.accept, 'user-agent': wire.userAgent }
}

/** A text without the token, wherever a server or library may have repeated it, and without query strings. */
export function striker(token: string): (text: string) => string {
  return (text) => redact(withoutToken(text, token))
}

/** Only the token goes, so that a JSON body stays one: as it is, and with some of its characters in the escapes of JSON. */
function withoutToken(text: string, token: string): string {
  if (token === '') return text
  const plain = text.replaceAll(token, '…')
  return plain.includes('\\') ? plain.replace(escapedForms(token), '…') : plain
}

function escapedForms(token: string): RegExp {
  const codes = [...token].map((character) => `u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return new RegExp(codes.map((code) => `(?:\\\\?\\${code}|\\\\${code})`).join(''), 'gi')
}

/** An answer of Zenodo's without the token, wherever it repeats it. */
export function answerWithoutToken({ status, headers, body }: Answer, token: string): Answer {
  const struck = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map((one) => withoutToken(one, token)) : value && withoutToken(value, token),
  ])
  return { status, headers: Object.fromEntries(struck), body: withoutToken(body, token) }
}

function understood<T>(request: ZenodoRequest, answer: Answer, read: (answer: Answer) => T): T {
  try {
    return read(answer)
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error
    const text = `${subjectOf(request)}: Zenodo answered ${answer.status} with ${error.message}.`
    throw new Failure('zenodo_unexpected_answer', text, {
      cause: error,
      details: { ...factsOf(request, answer), ambiguous: changes(request) },
    })
  }
}

/** One exchange; a GET follows redirects that stay with the same server. */
async function exchange(wire: Wire, request: ZenodoRequest, signal: AbortSignal): Promise<Answer> {
  let url = request.url
  for (let hop = 0; ; hop += 1) {
    const answer = await oneExchange(wire, { ...request, url }, signal)
    const next = hop < hops ? redirectOf(request, url, answer) : null
    if (next === null) return answer
    url = next
  }
}

/** Elsewhere the token must not go, and a redirected write would lose its body or its method. */
function redirectOf(request: ZenodoRequest, url: string, answer: Answer): string | null {
  const location = headerOf(answer.headers, 'location')
  if (request.method !== 'GET' || answer.status < 301 || answer.status > 308 || location === null) return null
  const target = URL.canParse(location, url) ? new URL(location, url) : null
  return target !== null && target.origin === new URL(url).origin ? target.href : null
}

async function oneExchange(wire: Wire, request: ZenodoRequest, signal: AbortSignal): Promise<Answer> {
  const dispatcher = await wire.connections.dispatcher()
  await wire.pacer.admit(signal)
  const startedAt = performance.now()
  const { token } = wire
  // asked once more by the connection when the request is written to it
  wire.guard()
  const outcome = await withinTime(wire.longestMs, signal, (until) =>
    sent(wire, { dispatcher, request, token }, until),
  ).catch((error: unknown) => ({ error }))
  // refused by the guard when it was to be written: nothing was asked
  if ('error' in outcome && isFailure(outcome.error)) throw outcome.error
  const status = 'status' in outcome ? outcome.status : 0
  const durationMs = Math.round(performance.now() - startedAt)
  wire.emit({ kind: 'zenodo.call', method: request.method, path: new URL(request.url).pathname, status, durationMs })
  if ('error' in outcome) {
    signal.throwIfAborted()
    throw transportFailure(request, outcome.error, striker(token))
  }
  wire.pacer.observe(outcome)
  return outcome
}

async function sent(
  wire: Wire,
  {
    dispatcher,
    request,
    token,
  }: { readonly dispatcher: Dispatcher; readonly request: ZenodoRequest; readonly token: string },
  signal: AbortSignal,
): Promise<Answer> {
  const { origin, pathname, search } = new URL(request.url)
  const { statusCode, headers, body } = await dispatcher.request({
    origin,
    path: pathname + search,
    method: request.method,
    headers: { ...headersOf(wire, token), ...contentHeaders(request) },
    body: request.body,
    signal,
  })
  return answerWithoutToken({ status: statusCode, headers, body: await body.text() }, token)
}

/** Zenodo knows the media type by its exact text. undici sets the length, which Zenodo needs (zenodo/zenodo-rdm#1260). */
function contentHeaders(request: ZenodoRequest): Record<string, string> {
  return request.body === null ? {} : { 'content-type': 'application/json' }
}
