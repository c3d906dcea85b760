/** How is one route called? The address is made from the contract; what may be repeated is, when the service is away. */
import pRetry from 'p-retry'
import { type Contract, contract } from '../http/contract.ts'
import type { Route } from '../http/route.ts'
import { ApiError, noAnswer, refusalOf } from './api-error.ts'
import type { CallOptions, ClientOptions } from './types.ts'

/** Sent again, these find what the first did. */
const repeatablePosts: ReadonlySet<keyof Contract> = new Set(['enqueue'])
/** Of the service while it cannot work, and of proxies that cannot reach it. */
const passing: ReadonlySet<number> = new Set([0, 429, 502, 503, 504])
const mostWaitMs = 60_000

/** What of a request is filled in. */
export interface Filled {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

/** @throws ApiError; or the reason of the signal */
export async function callJson(
  client: ClientOptions,
  name: keyof Contract,
  asked: Filled,
  options: CallOptions,
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: unknown }> {
  const { method } = contract[name] as Route
  const once = async () => {
    const answer = await callOnce(client, name, asked, options)
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false
    const body: unknown = isJson ? await answer.json() : await answer.text()
    return { status: answer.status, headers: answer.headers, body }
  }
  const mayRepeat = method !== 'POST' || repeatablePosts.has(name)
  return await repeated(once, { retries: mayRepeat ? (client.retries ?? 3) : 0, signal: options.signal })
}

async function repeated<T>(
  once: () => Promise<T>,
  { retries, signal }: { readonly retries: number; readonly signal: AbortSignal | undefined },
): Promise<T> {
  return await pRetry(once, {
    retries,
    ...(signal ? { signal } : {}),
    minTimeout: 500,
    maxTimeout: 10_000,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof ApiError && passing.has(error.status),
  })
}

/** @throws ApiError; or the reason of the signal */
export async function callOnce(
  client: ClientOptions,
  name: keyof Contract,
  { params = {}, query = {}, headers = {}, body }: Filled,
  { signal, timeoutMs = client.timeoutMs ?? mostWaitMs }: CallOptions,
): Promise<Response> {
  const { method, path, lines } = contract[name] as Route
  const url = addressOf(client.url, path, { params, query })
  const token = typeof client.token === 'function' ? await client.token() : client.token
  const patience = timeoutMs === Number.POSITIVE_INFINITY ? [] : [AbortSignal.timeout(timeoutMs)]
  const given = signal ? [signal] : []
  const answer = await fetch(url, {
    method,
    headers: { ...textsOf(headers), ...(body === undefined ? {} : typeOf(lines)), authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : lines ? { body: body as never, duplex: 'half' } : { body: JSON.stringify(body) }),
    signal: AbortSignal.any([...patience, ...given]),
    // a token is not sent elsewhere
    redirect: 'error',
  }).catch((error: unknown) => {
    signal?.throwIfAborted()
    throw noAnswer(url, error)
  })
  if (!answer.ok) throw await refusalOf(answer)
  return answer
}

function typeOf(lines: true | undefined) {
  return { 'content-type': lines ? 'application/x-ndjson' : 'application/json' }
}

function textsOf(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(headers).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function addressOf(base: string, path: string, { params, query }: Required<Pick<Filled, 'params' | 'query'>>): string {
  // the slashes of what a path ends with may stand as they are
  const filled = path.replace(/:(\w+)|\*/g, (_, name: string | undefined) =>
    encodeURIComponent(String(params[name ?? '*'])),
  )
  const url = new URL(`${base.replace(/\/+$/, '')}/api/v1${filled}`)
  for (const [key, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null) url.searchParams.append(key, String(one))
  }
  return url.href
}
