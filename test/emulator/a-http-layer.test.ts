/** Section A of the checklist: what the HTTP layer does with tokens, types, methods, revisions and limits. */
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { UserSetting } from '../../src/emulator/server.ts'
import { startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'
const users: readonly UserSetting[] = [
  { name: 'other', token: 'other-token', role: 'user' },
  { name: 'root', token: 'root-token', role: 'superuser' },
]

describe('7.A tokens and accounts', () => {
  test('7.A 1: JSON is answered as application/json', async () => {
    const zenodo = await startZenodo()
    expect((await zenodo.call('GET', LIST)).headers['content-type']).toBe('application/json')
  })

  test('7.A 2: a token is taken from the header and from the query, for uploads too', async () => {
    const zenodo = await startZenodo()
    const draft = await zenodo.draft()
    const query = `access_token=${zenodo.emulator.token}`
    expect((await zenodo.call('GET', `${LIST}?${query}`, { token: null })).status).toBe(200)
    const file = `${draft.links.bucket}/a.txt?${query}`
    expect((await zenodo.call('PUT', file, { token: null, body: 'x' })).status).toBe(201)
    expect((await zenodo.call('DELETE', file, { token: null })).status).toBe(204)
  })

  test.each([null, 'unknown'])('7.A 3: the token %s is answered 403 on deposit routes', async (token) => {
    const zenodo = await startZenodo()
    const draft = await zenodo.draft()
    for (const [method, path] of [
      ['GET', LIST],
      ['POST', LIST],
      ['GET', `${LIST}/${draft.id}`],
      ['DELETE', `${LIST}/${draft.id}`],
      ['POST', `${LIST}/${draft.id}/actions/publish`],
    ] as const) {
      const { status, data } = await zenodo.call(method, path, { token, ...(method === 'POST' ? { json: {} } : {}) })
      expect({ method, path, status, data }).toMatchObject({ data: { status: 403, message: 'Permission denied.' } })
    }
  })

  test("7.A 4: another account's deposition is refused", async () => {
    const zenodo = await startZenodo({ settings: { users } })
    const path = `${LIST}/${(await zenodo.draft()).id}`
    expect((await zenodo.call('GET', path, { token: 'other-token' })).status).toBe(403)
    expect((await zenodo.call('PUT', path, { token: 'other-token', json: { metadata: {} } })).status).toBe(403)
    expect((await zenodo.call('DELETE', path, { token: 'other-token' })).status).toBe(403)
  })

  test("7.A 5: a superuser reads, changes and deletes anybody's draft", async () => {
    const zenodo = await startZenodo({ settings: { users } })
    const path = `${LIST}/${(await zenodo.draft()).id}`
    expect((await zenodo.call('GET', path, { token: 'root-token' })).status).toBe(200)
    expect((await zenodo.call('PUT', path, { token: 'root-token', json: { metadata: {} } })).status).toBe(200)
    expect((await zenodo.call('DELETE', path, { token: 'root-token' })).status).toBe(204)
  })

  test('7.A 6: scopes count only when they are strict', async () => {
    const reader = { name: 'reader', token: 'reader-token', scopes: [] }
    const zenodo = await startZenodo({ settings: { users: [reader] } })
    expect((await zenodo.call('POST', LIST, { token: 'reader-token', json: {} })).status).toBe(201)
    await zenodo.set({ strictScopes: true })
    expect((await zenodo.call('POST', LIST, { token: 'reader-token', json: {} })).status).toBe(403)
  })
})

describe('7.A content types', () => {
  test.each(['text/plain', 'application/json; charset=utf-8'])(
    '7.A 7, 8: a JSON body sent as %s is 415',
    async (type) => {
      const zenodo = await startZenodo()
      const { status, data } = await zenodo.call('POST', LIST, { body: '{}', headers: { 'content-type': type } })
      expect(status).toBe(415)
      expect(data.message).toBe("Invalid 'Content-Type' header. Expected one of: application/json")
    },
  )

  test('7.A 9: a body without a content type is read as JSON', async () => {
    const zenodo = await startZenodo()
    expect((await zenodo.call('POST', LIST, { body: Buffer.from('{}') })).status).toBe(201)
  })

  test('7.A 10: a bucket takes bytes without a type or as octet-stream, and nothing else', async () => {
    const zenodo = await startZenodo()
    const url = `${(await zenodo.draft()).links.bucket}/a.csv`
    const put = async (headers: Record<string, string>): Promise<number> =>
      (await zenodo.call('PUT', url, { body: Buffer.from('a,b'), headers })).status
    expect(await put({})).toBe(201)
    expect(await put({ 'content-type': 'application/octet-stream' })).toBe(201)
    for (const type of ['text/csv', 'application/json', 'multipart/form-data; boundary=x']) {
      expect(await put({ 'content-type': type })).toBe(415)
    }
  })

  test('7.A 11: JSON must be acceptable, also for downloads', async () => {
    const zenodo = await startZenodo()
    const draft = await zenodo.draft()
    await zenodo.put(draft, 'a.bin', 'x')
    const get = (accept: string): Promise<{ status: number }> =>
      zenodo.call('GET', `${draft.links.bucket}/a.bin`, { headers: { accept } })
    expect((await get('application/octet-stream')).status).toBe(406)
    expect((await get('*/*')).status).toBe(200)
  })

  test('7.A 12: actions take an empty body and any content type', async () => {
    const zenodo = await startZenodo()
    const { id } = await zenodo.draft()
    const options = { body: 'whatever', headers: { 'content-type': 'text/plain' } }
    expect((await zenodo.act(id, 'edit', options)).status).toBe(201)
    expect((await zenodo.act(id, 'edit')).status).toBe(201)
  })

  test('7.A 13, 14: malformed JSON is 400, an empty body is 500', async () => {
    const zenodo = await startZenodo()
    const malformed = await zenodo.call('POST', LIST, { body: '{', headers: { 'content-type': 'application/json' } })
    expect(malformed).toMatchObject({ status: 400, data: { message: 'Unable to decode JSON data in request body.' } })
    for (const body of ['', 'null', '[]']) {
      expect((await zenodo.call('POST', LIST, { body, headers: { 'content-type': 'application/json' } })).status).toBe(
        500,
      )
    }
  })

  test('7.A 15: a chunked body counts as empty', async () => {
    const zenodo = await startZenodo()
    const draft = await zenodo.draft()
    expect(await sendChunked(zenodo, 'POST', `${zenodo.emulator.url}${LIST}`, '{}')).toBe(500)
    expect(await sendChunked(zenodo, 'PUT', `${draft.links.bucket}/a.txt`, 'content')).toBe(400)
  })
})

describe('7.A routes, errors and revisions', () => {
  test('7.A 16, 17: a trailing slash and an unknown route are 404, a wrong verb is 405 with Allow', async () => {
    const zenodo = await startZenodo()
    expect((await zenodo.call('GET', `${LIST}/`)).status).toBe(404)
    expect((await zenodo.call('POST', '/api/deposit/depositions/1/actions/registerconceptdoi')).data.status).toBe(404)
    const wrong = await zenodo.call('PATCH', LIST)
    expect(wrong.data.status).toBe(405)
    expect(wrong.headers.allow).toContain('GET')
  })

  test('7.A 18, 19: the revision grows, and If-Match is compared with it', async () => {
    const zenodo = await startZenodo()
    const path = `${LIST}/${(await zenodo.draft()).id}`
    const put = (headers: Record<string, string>) => zenodo.call('PUT', path, { json: { metadata: {} }, headers })
    const first = Number(String((await put({})).headers.etag).replaceAll('"', ''))
    const second = Number(String((await put({})).headers.etag).replaceAll('"', ''))
    expect(second).toBeGreaterThan(first)
    expect((await put({ 'if-match': String(first) })).status).toBe(412)
    expect((await put({ 'if-match': `"${second}"` })).data.errors[0].field).toBe('if_match')
    expect((await put({ 'if-match': String(second) })).status).toBe(200)
  })

  test('7.A 20: a validation error names fields with messages', async () => {
    const zenodo = await startZenodo()
    const { data } = await zenodo.call('POST', LIST, { json: { metadata: { title: 1, creators: 'x' } } })
    expect(data).toEqual({
      status: 400,
      message: 'A validation error occurred.',
      errors: [
        { field: 'metadata.title', messages: ['Not a valid string.'] },
        { field: 'metadata.creators', messages: ['Not a valid list.'] },
      ],
    })
  })

  test('7.A 21: answers count down the limit, and over it comes 429', async () => {
    const zenodo = await startZenodo({ settings: { requestsPerMinute: 2 } })
    expect((await zenodo.call('GET', LIST)).headers).toMatchObject({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-reset': expect.stringMatching(/^\d{10}$/),
    })
    await zenodo.call('GET', LIST)
    const { status, data, headers } = await zenodo.call('GET', LIST)
    expect({ status, data }).toEqual({ status: 429, data: { status: 429, message: '2 per 1 minute' } })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect((await zenodo.call('GET', LIST, { headers: { 'user-agent': 'somebody-else/1' } })).status).toBe(200)
  })

  test('7.A 22: 204 has no body', async () => {
    const zenodo = await startZenodo()
    const { status, text } = await zenodo.call('DELETE', `${LIST}/${(await zenodo.draft()).id}`)
    expect({ status, text }).toEqual({ status: 204, text: '' })
  })
})

function sendChunked({ emulator }: Zenodo, method: string, url: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { authorization: `Bearer ${emulator.token}` } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    outgoing.on('error', reject)
    outgoing.setHeader('transfer-encoding', 'chunked')
    outgoing.end(body)
  })
}
