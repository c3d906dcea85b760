/** How do the tests talk to an emulator? Over HTTP only, as a client of Zenodo would. */
import { createHash } from 'node:crypto'
import { request } from 'undici'
import { onTestFinished } from 'vitest'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/server.ts'

/** One call. `token: null` sends none. */
interface CallOptions {
  readonly json?: unknown
  readonly body?: string | Buffer | FormData
  readonly headers?: Record<string, string>
  readonly token?: string | null
}

/** What came back; `data` is the parsed body when it is JSON. */
interface Reply {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly data: any
}

/** Metadata that is complete enough to be published. */
export const complete = {
  title: 'A dataset about birds',
  upload_type: 'dataset',
  description: '<p>Counts of birds</p>',
  creators: [{ name: 'Doe, Jane', affiliation: 'Zenodo' }],
}

/** A running emulator with shorthands for the calls that most tests need. */
export interface Zenodo {
  readonly emulator: Emulator
  call(method: string, path: string, options?: CallOptions): Promise<Reply>
  set(settings: Record<string, unknown>): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: a deposition as JSON
  draft(metadata?: Record<string, unknown>, options?: CallOptions): Promise<any>
  put(deposition: { links: { bucket: string } }, key: string, body: string | Buffer): Promise<Reply>
  act(id: number, action: 'publish' | 'edit' | 'discard' | 'newversion', options?: CallOptions): Promise<Reply>
  // biome-ignore lint/suspicious/noExplicitAny: a deposition as JSON
  published(metadata?: Record<string, unknown>, fileName?: string): Promise<any>
}

/** Starts an emulator that is closed when the test ends. */
export async function startZenodo(options: EmulatorOptions = {}): Promise<Zenodo> {
  const emulator = await createEmulator(options)
  onTestFinished(() => emulator.close())
  return clientOf(emulator)
}

/** Shorthands for an emulator that the caller closes. */
export function clientOf(emulator: Emulator): Zenodo {
  const call: Zenodo['call'] = async (
    method,
    path,
    { json, body: given, headers = {}, token = emulator.token } = {},
  ) => {
    const { type, body } = given instanceof FormData ? await encodeForm(given) : { type: {}, body: given ?? null }
    const response = await request(path.startsWith('http') ? path : `${emulator.url}${path}`, {
      method: method as 'GET',
      headers: {
        'user-agent': 'emulator-test/1.0',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...type,
        ...headers,
      },
      body: json === undefined ? body : JSON.stringify(json),
    })
    const text = await response.body.text()
    const isJson = /^application\/(?:.+\+)?json/.test(String(response.headers['content-type'] ?? ''))
    return { status: response.statusCode, headers: response.headers, text, data: isJson ? JSON.parse(text) : undefined }
  }
  const zenodo: Zenodo = {
    emulator,
    call,
    async set(settings) {
      const { status, text } = await call('POST', '/_emulator/settings', { json: settings })
      if (status !== 200) throw new Error(text)
    },
    async draft(metadata, options = {}) {
      const json = metadata === undefined ? {} : { metadata }
      const created = await call('POST', '/api/deposit/depositions', { json, ...options })
      if (created.status !== 201) throw new Error(`${created.status} ${created.text}`)
      return created.data
    },
    put: (deposition, key, body) => call('PUT', `${deposition.links.bucket}/${encodeURIComponent(key)}`, { body }),
    act: (id, action, options) => call('POST', `/api/deposit/depositions/${id}/actions/${action}`, options),
    async published(metadata = complete, fileName = 'data.csv') {
      const draft = await zenodo.draft(metadata)
      await zenodo.put(draft, fileName, 'a,b\n1,2\n')
      const { status, data, text } = await zenodo.act(draft.id, 'publish')
      if (status !== 202) throw new Error(`${status} ${text}`)
      return { ...data, draft }
    },
  }
  return zenodo
}

/** A form with one file, and perhaps the name to store it under. */
export function form(name: string, content: string, stored?: string): FormData {
  const data = new FormData()
  data.append('file', new File([content], name))
  if (stored !== undefined) data.append('name', stored)
  return data
}

export function md5(content: string): string {
  return createHash('md5').update(content).digest('hex')
}

/** A form as bytes, so that it is sent with a length: Zenodo takes a chunked body for an empty one. */
async function encodeForm(form: FormData): Promise<{ type: Record<string, string>; body: Buffer }> {
  const encoded = new Response(form)
  const type = { 'content-type': encoded.headers.get('content-type') ?? '' }
  return { type, body: Buffer.from(await encoded.arrayBuffer()) }
}
