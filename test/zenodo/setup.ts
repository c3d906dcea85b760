/** The client under test, what nock is told to answer, and what the requests looked like. */
import nock from 'nock'
import { onTestFinished } from 'vitest'
import type { Deposition } from '../../src/core/copy.ts'
import { Failure } from '../../src/core/failure.ts'
import type { DepositMetadata } from '../../src/core/metadata/deposit-metadata.ts'
import { createDepositions } from '../../src/zenodo/client.ts'
import type { DepositionsOptions } from '../../src/zenodo/connection.ts'
import type { CallEvent } from '../../src/zenodo/request.ts'

export const origin = 'https://zenodo.test'
export const token = 'tok3n-that-nobody-may-see'
export const metadata: DepositMetadata = {
  upload_type: 'dataset',
  title: 'Größe of things',
  description: '<p>Many.</p>',
  access_right: 'open',
  license: 'cc-zero',
}

/** A client with short waits; closed when the test ends. */
export function setup(
  { token: secret = token, ...overrides }: Partial<Omit<DepositionsOptions, 'token'> & { readonly token: string }> = {},
  create: (options: DepositionsOptions) => ReturnType<typeof createDepositions> = createDepositions,
) {
  const events: CallEvent[] = []
  const zenodo = create({
    baseUrl: origin,
    token: () => secret,
    userAgent: 'zenodo-replicator/test (mailto:nobody@example.org)',
    requestsPerMinute: 1000,
    requestsPerHour: 10_000,
    guard: () => {},
    emit: (event) => events.push(event),
    stallMs: 5000,
    retryBaseMs: 1,
    ...overrides,
  })
  onTestFinished(() => zenodo.close())
  return { zenodo, events, signal: new AbortController().signal }
}

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Every later request to the test's Zenodo is answered by `answer`, in order; the last one is repeated. */
export function answering(...answers: ReadonlyArray<readonly [number, unknown?, Record<string, string>?]>): Seen[] {
  nock.disableNetConnect()
  onTestFinished(() => {
    nock.cleanAll()
    nock.enableNetConnect()
  })
  const seen: Seen[] = []
  for (const method of ['get', 'post', 'put', 'delete'] as const) {
    nock(origin)
      .persist()
      [method](/.*/)
      .reply(async function replyTo(request: Request) {
        seen.push({
          method: request.method,
          url: request.url,
          headers: Object.fromEntries(request.headers),
          body: await request.text(),
        })
        const [status, body = '', headers = {}] = answers[Math.min(seen.length, answers.length) - 1] ?? [500]
        const json = typeof body === 'string' ? {} : { 'content-type': 'application/json' }
        return [status, typeof body === 'string' ? body : JSON.stringify(body), { ...json, ...headers }] as const
      })
  }
  return seen
}

/** A deposition as Zenodo sends it; the shape is pinned by zenodo-rdm site/tests/legacy/test_quickstart.py. */
export function depositionJson(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    created: '2026-08-21T09:12:33.123456+00:00',
    modified: '2026-08-21T09:12:33.223456+00:00',
    id: 20000002,
    conceptrecid: '20000001',
    record_id: 20000002,
    owner: 17,
    title: '',
    state: 'unsubmitted',
    submitted: false,
    files: [],
    metadata: { access_right: 'open', prereserve_doi: { doi: '10.5281/zenodo.20000002', recid: 20000002 } },
    links: {
      self: `${origin}/api/deposit/depositions/20000002`,
      html: `${origin}/deposit/20000002`,
      bucket: `${origin}/api/files/1d2f9a4e-7a0b-4a53-9a3b-2c6a5a3b0e11`,
    },
    ...changes,
  }
}

export function fileJson(name: string) {
  return { id: `id-of-${name}`, filename: name, filesize: 7, checksum: '66ce05ea43c73b8e33c74c12d0371bc9', links: {} }
}

export function deposition(changes: Partial<Deposition> = {}): Deposition {
  return {
    id: 20000002,
    conceptRecid: '20000001',
    state: 'unsubmitted',
    submitted: false,
    doi: null,
    htmlUrl: `${origin}/deposit/20000002`,
    doiIsExternal: false,
    bucketUrl: `${origin}/api/files/1d2f9a4e-7a0b-4a53-9a3b-2c6a5a3b0e11`,
    metadata: {},
    files: [],
    ...changes,
  }
}

export const remoteFile = { id: 'f1', name: 'a.txt', size: 7, md5: '66ce05ea43c73b8e33c74c12d0371bc9' }

/** The Failure that the work ends in. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('error' in outcome && outcome.error instanceof Failure) return outcome.error
  throw new Error('expected a Failure', { cause: outcome })
}

/** All that is listed. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
