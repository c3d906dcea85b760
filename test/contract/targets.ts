/**
 * Against what does the contract run? The emulator always, and a real Zenodo sandbox when ZENODO_SANDBOX_TOKEN is set. There
 * it makes drafts only, which it deletes again, and publishes only with ZENODO_SANDBOX_PUBLISH=yes.
 */
import { onTestFinished } from 'vitest'
import type { Deposition, DepositionId } from '../../src/core/copy.ts'
import { createEmulator } from '../../src/emulator/server.ts'
import type { Depositions } from '../../src/replication/ports/depositions.ts'
import { createDepositions } from '../../src/zenodo/client.ts'
import { createRecords } from '../../src/zenodo/records/client.ts'

interface Place {
  readonly url: string
  readonly token: string
  close(): Promise<void>
}

export interface Target {
  readonly name: string
  readonly api: 'deposit' | 'records'
  /** Whether records may be made that cannot be deleted again. */
  readonly publishes: boolean
  open(): Promise<Place>
}

const { ZENODO_SANDBOX_TOKEN: token, ZENODO_SANDBOX_URL: url = 'https://sandbox.zenodo.org' } = process.env

const places: ReadonlyArray<Omit<Target, 'api'>> = [
  { name: 'the emulator', publishes: true, open: () => createEmulator() },
  ...(token
    ? [
        {
          name: url,
          publishes: process.env.ZENODO_SANDBOX_PUBLISH === 'yes',
          open: async () => ({ url: url.replace(/\/+$/, ''), token, close: async () => {} }),
        },
      ]
    : []),
]

/** Each place by each of its two APIs. */
export const targets: readonly Target[] = places.flatMap((place) =>
  (['deposit', 'records'] as const).map((api) => ({ ...place, api })),
)

/** An index takes its time, on the sandbox at times a minute. */
const longestLookMs = 90_000
/** A whole test on the sandbox, with its waits. */
export const patience = 300_000

export interface Bench extends Place {
  readonly zenodo: Depositions
  readonly signal: AbortSignal
  /** Remembers a draft, so that it is deleted when the test ends, however it ends. */
  mine<T extends Pick<Deposition, 'id'>>(draft: T): T
  /** Asks until there is an answer. */
  eventually<T>(look: () => Promise<T | null | undefined>): Promise<T>
  http(method: string, path: string, options?: HttpOptions): Promise<Reply>
}

interface HttpOptions {
  readonly json?: unknown
  readonly body?: string
  readonly headers?: Record<string, string>
  readonly token?: string | null
}

interface Reply {
  readonly status: number
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  readonly data: any
}

/** Opens a target for one test; what the test leaves there as drafts or open edits is dropped at its end. */
export async function openBench(target: Target): Promise<Bench> {
  const place = await target.open()
  const zenodo = clientOf(target, place)
  const drafts = new Set<DepositionId>()
  const { signal } = new AbortController()
  onTestFinished(async () => {
    try {
      for (const id of drafts) await dropDraft(zenodo, id, signal)
    } finally {
      await zenodo.close()
      await place.close()
    }
  }, patience)
  return {
    ...place,
    zenodo,
    signal,
    mine(draft) {
      drafts.add(draft.id)
      return draft
    },
    async eventually(look) {
      for (const endsAt = Date.now() + longestLookMs; ; ) {
        const found = await look()
        if (found !== null && found !== undefined) return found
        if (Date.now() > endsAt) throw new Error('the index does not show it')
        await new Promise((resolve) => setTimeout(resolve, 1000))
      }
    },
    http: (method, path, options) => http(place, { method, path }, options),
  }
}

function clientOf({ api }: Target, { url: baseUrl, token: secret }: Place) {
  const options = {
    baseUrl,
    token: () => secret,
    userAgent: 'zenodo-replicator/contract-tests',
    // below the limit of searches, which a list may count as
    requestsPerMinute: baseUrl.includes('127.0.0.1') ? 100_000 : 60,
    requestsPerHour: 5000,
    stallMs: 60_000,
    guard: () => {},
    emit: () => {},
  }
  return api === 'records' ? createRecords({ ...options, publisher: 'Zenodo' }) : createDepositions(options)
}

/** A record is never discarded, only what was never published, or an edit of it. */
async function dropDraft(zenodo: Depositions, id: DepositionId, signal: AbortSignal): Promise<void> {
  const found = await zenodo.get(id, signal)
  if (found !== null && found.state !== 'done') await zenodo.discard(id, signal)
}

async function http(
  place: Place,
  { method, path }: { readonly method: string; readonly path: string },
  {
    json,
    body = json === undefined ? undefined : JSON.stringify(json),
    headers = {},
    token: own = place.token,
  }: HttpOptions = {},
): Promise<Reply> {
  const response = await fetch(`${place.url}${path}`, {
    method,
    headers: {
      'user-agent': 'zenodo-replicator/contract-tests',
      ...(own === null ? {} : { authorization: `Bearer ${own}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, type, data: /json/.test(type) ? JSON.parse(text) : text }
}
