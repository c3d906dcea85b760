/** How is an endless stream of messages made of connections that break? */
import { setTimeout as delay } from 'node:timers/promises'
import { ApiError } from './api-error.ts'
import { callOnce } from './call.ts'
import { type Message, messagesOf } from './messages.ts'
import type { ClientOptions, EventQuery, EventsOptions, LiveEvent } from './types.ts'

/** Without a word for so long the connection is dead: three heartbeats. */
const silentMs = 45_000
const mostWaitMs = 30_000
/** Events that come again after a break are among the last ones. */
const mostRemembered = 20_000

interface Place {
  lastId: string | undefined
  waitMs: number
  failures: number
  readonly heard: Set<number>
}

export async function* listen(
  client: ClientOptions,
  query: EventQuery,
  { signal, lastId }: EventsOptions,
): AsyncGenerator<LiveEvent, void, undefined> {
  const place: Place = { lastId, waitMs: 1000, failures: 0, heard: new Set() }
  while (!signal?.aborted) {
    try {
      yield* connection(client, query, { place, signal })
    } catch (error) {
      if (signal?.aborted) return
      if (!isPassing(error)) throw error
      place.failures++
    }
    const waitMs = Math.min(place.waitMs * 2 ** Math.max(0, place.failures - 1), mostWaitMs)
    await delay(waitMs, undefined, { signal }).catch(() => {})
  }
}

/** The way to the service breaks in many ways; what it refuses itself stays refused. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500
}

interface Connection {
  readonly place: Place
  readonly signal: AbortSignal | undefined
}

async function* connection(client: ClientOptions, query: EventQuery, { place, signal }: Connection) {
  const dead = new AbortController()
  const watch = setTimeout(() => dead.abort(), silentMs)
  const headers = place.lastId === undefined ? {} : { 'last-event-id': place.lastId }
  try {
    const ends = AbortSignal.any([dead.signal, ...(signal ? [signal] : [])])
    const options = { signal: ends, timeoutMs: Number.POSITIVE_INFINITY }
    const { body } = await callOnce(client, 'listen', { query, headers }, options)
    if (body === null) return
    for await (const message of messagesOf(body)) {
      if (signal?.aborted) return
      watch.refresh()
      place.failures = 0
      place.lastId = message.id ?? place.lastId
      place.waitMs = message.retryMs ?? place.waitMs
      const told = toldBy(message, place)
      if (told !== null) yield told
    }
  } finally {
    clearTimeout(watch)
    dead.abort()
  }
}

function toldBy({ event, data }: Message, { heard, lastId }: Place): LiveEvent | null {
  if (event === undefined || data === undefined || event === 'hello') return null
  const value: unknown = JSON.parse(data)
  if (event === 'end') {
    const { reason, message } = value as { readonly reason: string; readonly message: string }
    if (reason === 'refused') throw new ApiError(401, { code: 'token_required', detail: message })
    return null
  }
  if (event === 'copy' && !isNew(heard, (value as { readonly id: number }).id)) return null
  return { event, data: value, id: lastId ?? '' } as LiveEvent
}

function isNew(heard: Set<number>, id: number): boolean {
  if (heard.has(id)) return false
  heard.add(id)
  const [oldest] = heard
  if (heard.size > mostRemembered && oldest !== undefined) heard.delete(oldest)
  return true
}
