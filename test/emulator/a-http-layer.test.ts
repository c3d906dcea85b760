/** Section A of the checklist, second part: what the HTTP layer does with types, bodies, methods, revisions and limits. */
import { request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { complete, startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'
/** POST of a new deposit, and PUT of an old one: the two requests with a JSON body. */
async function jsonRequests(zenodo: Zenodo): Promise<readonly (readonly [string, string])[]> {
  return [
    ['POST', LIST],
    ['PUT', `${LIST}/${(await zenodo.draft()).id}`],
  ]
}

async function countDeposits({ call }: Zenodo): Promise<number> {
  return (await call('GET', LIST)).data.length
}

describe('7.A types and bodies', () => {
  test.each(['text/plain', 'application/json; charset=utf-8', 'application/octet-stream'])(
    '7.A 7, 8: a JSON body sent as %s is 415',
    async (type) => {
      const zenodo = await startZenodo()
      for (const [method, path] of await jsonRequests(zenodo)) {
        const { data } = await zenodo.call(method, path, { body: '{}', headers: { 'content-type': type } })
        const message = "Invalid 'Content-Type' header. Expected one of: application/json"
        expect(data).toEqual({ status: 415, message })
      }
      expect(await countDeposits(zenodo)).toBe(1)
    },
  )

  test('7.A 8: a charset is a switch away from being understood', async () => {
    const zenodo = await startZenodo({ settings: { jsonCharset: 'accepted' } })
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    expect((await zenodo.call('POST', LIST, { body: '{}', headers })).status).toBe(201)
    expect((await zenodo.call('POST', LIST, { body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    )
  })

  test('7.A 9: a body without a content type is read as JSON', async () => {
    const zenodo = await startZenodo()
    for (const [method, path] of await jsonRequests(zenodo)) {
      const { data } = await zenodo.call(method, path, { body: Buffer.from('{"metadata":{"title":"Untyped"}}') })
      expect(data.title).toBe('Untyped')
    }
  })

  test('7.A 10: a bucket takes bytes without a type or as octet-stream, and nothing else', async () => {
    const zenodo = await startZenodo()
    const { links } = await zenodo.draft()
    const put = (headers: Record<string, string>) =>
      zenodo.call('PUT', `${links.bucket}/a.csv`, { body: Buffer.from('a,b'), headers })
    expect((await put({})).status).toBe(201)
    expect((await put({ 'content-type': 'application/octet-stream' })).status).toBe(201)
    for (const type of ['text/csv', 'application/json', 'application/zip', 'multipart/form-data; boundary=x']) {
      const message = "Invalid 'Content-Type' header. Expected one of: application/octet-stream"
      expect((await put({ 'content-type': type })).data).toEqual({ status: 415, message })
    }
  })

  test('7.A 11: JSON must be acceptable on every route, downloads included', async () => {
    const zenodo = await startZenodo()
    const { draft, id, links } = await zenodo.published()
    const download = `${draft.links.bucket}/data.csv`
    for (const path of [LIST, `${LIST}/${id}`, links.record, `${links.record}/files/data.csv/content`, download]) {
      const get = (accept: string) => zenodo.call('GET', path, { headers: { accept } })
      const message = "Invalid 'Accept' header. Expected one of: application/json"
      expect((await get('application/octet-stream')).data).toEqual({ status: 406, message })
      for (const accept of ['*/*', 'application/json', 'text/csv, */*;q=0.1'])
        expect((await get(accept)).status).toBe(200)
    }
    const refused = await zenodo.call('POST', LIST, { json: {}, headers: { accept: 'text/html' } })
    expect(refused.status).toBe(406)
    expect(await countDeposits(zenodo)).toBe(1)
  })

  test('7.A 12: actions take an empty body and any content type', async () => {
    const zenodo = await startZenodo()
    const { id, links } = await zenodo.draft(complete)
    await zenodo.put({ links }, 'a.txt', 'x')
    const options = { body: 'whatever', headers: { 'content-type': 'text/plain' } }
    expect((await zenodo.act(id, 'edit', options)).status).toBe(201)
    expect((await zenodo.act(id, 'publish', options)).status).toBe(202)
    const next = await zenodo.act(id, 'newversion', options)
    expect(next.status).toBe(201)
    expect((await zenodo.act(next.data.id, 'discard', options)).status).toBe(204)
    for (const action of ['edit', 'publish', 'newversion'] as const)
      expect((await zenodo.act(id, action)).status).toBeLessThan(300)
  })

  test('7.A 13, 14: malformed JSON is 400, an empty body is 500, and nothing changes', async () => {
    const zenodo = await startZenodo()
    const headers = { 'content-type': 'application/json' }
    for (const [method, path] of await jsonRequests(zenodo)) {
      const malformed = await zenodo.call(method, path, { body: '{', headers })
      expect(malformed.data).toEqual({ status: 400, message: 'Unable to decode JSON data in request body.' })
      for (const body of ['', 'null', '[]']) {
        expect((await zenodo.call(method, path, { body, headers })).data).toMatchObject({ status: 500 })
      }
    }
    expect(await countDeposits(zenodo)).toBe(1)
  })

  test('7.A 15: a chunked body counts as empty', async () => {
    const zenodo = await startZenodo()
    const draft = await zenodo.draft({ title: 'As it was' })
    const send = (method: string, url: string, body: string) => sendChunked(zenodo, method, url, body)
    expect(await send('POST', `${zenodo.emulator.url}${LIST}`, '{}')).toMatchObject({ status: 500 })
    expect(await send('PUT', draft.links.self, '{"metadata":{}}')).toMatchObject({ status: 500 })
    const message = 'Empty files are not accepted.'
    expect(await send('PUT', `${draft.links.bucket}/a.txt`, 'content')).toEqual({ status: 400, message })
    expect((await zenodo.call('GET', draft.links.self)).data).toMatchObject({ title: 'As it was', files: [] })
  })
})

describe('7.A routes, errors and revisions', () => {
  test('7.A 16, 17: a trailing slash and an unknown route are 404, a wrong verb is 405 with Allow', async () => {
    const zenodo = await startZenodo()
    const { id } = await zenodo.draft()
    for (const [method, path] of [
      ['GET', `${LIST}/`],
      ['POST', `${LIST}/`],
      ['GET', `${LIST}/${id}/`],
      ['POST', `${LIST}/${id}/actions/registerconceptdoi`],
      ['GET', '/api/nowhere'],
    ] as const) {
      const { data } = await zenodo.call(method, path, method === 'POST' ? { json: {} } : {})
      expect(data).toEqual({
        status: 404,
        message: expect.stringMatching(/^The requested URL was not found on the server/),
      })
    }
    for (const [method, path, allowed] of [
      ['PATCH', LIST, ['GET', 'POST']],
      ['POST', `${LIST}/${id}`, ['GET', 'PUT', 'DELETE']],
      ['GET', `${LIST}/${id}/actions/publish`, ['POST']],
    ] as const) {
      const { data, headers } = await zenodo.call(method, path)
      expect(data).toEqual({ status: 405, message: 'The method is not allowed for the requested URL.' })
      expect(String(headers.allow).split(', ')).toEqual(expect.arrayContaining([...allowed]))
    }
  })

  test('7.A 18: every answer about one deposit or record has its revision as ETag, and each change raises it', async () => {
    const zenodo = await startZenodo()
    const revisions: number[] = []
    const note = (reply: { headers: Record<string, unknown> }): void => {
      expect(reply.headers.etag).toMatch(/^"\d+"$/)
      revisions.push(Number(String(reply.headers.etag).slice(1, -1)))
    }
    const created = await zenodo.call('POST', LIST, { json: {} })
    const { id, links } = created.data
    const put = () => zenodo.call('PUT', links.self, { json: { metadata: complete } })
    note(created)
    note(await put())
    note(await put())
    expect((await zenodo.call('GET', links.self)).headers.etag).toBe(`"${revisions.at(-1)}"`)
    await zenodo.put({ links }, 'a.txt', 'x')
    note(await zenodo.act(id, 'publish'))
    expect((await zenodo.call('GET', `/api/records/${id}`)).headers.etag).toBe(`"${revisions.at(-1)}"`)
    note(await zenodo.act(id, 'edit'))
    note(await put())
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b))
    note(await zenodo.act(id, 'newversion'))
    expect((await zenodo.call('GET', LIST)).headers).not.toHaveProperty('etag')
  })

  test('7.A 19: If-Match is compared with the revision, by PUT and DELETE', async () => {
    const zenodo = await startZenodo()
    const { links } = await zenodo.draft({ title: 'First' })
    const put = (match: string, title: string) =>
      zenodo.call('PUT', links.self, { json: { metadata: { title } }, headers: { 'if-match': match } })
    const first = revisionOf(await zenodo.call('GET', links.self))
    expect((await put(first, 'Second')).status).toBe(200)
    const second = revisionOf(await zenodo.call('GET', links.self))
    const message = `Revision id provided(${first}) doesn't match record's one(${second})`
    expect((await put(first, 'Third')).data).toEqual({ status: 412, message })
    const quoted = await put(`"${second}"`, 'Third')
    expect(quoted.data.errors).toEqual([{ field: 'if_match', messages: ['Not a valid integer.'] }])
    expect((await zenodo.call('GET', links.self)).data.title).toBe('Second')
    const remove = (match: string) => zenodo.call('DELETE', links.self, { headers: { 'if-match': match } })
    expect((await remove(first)).status).toBe(412)
    await zenodo.set({ quotedIfMatch: 'accepted' })
    expect((await put(`W/"${first}"`, 'Third')).status).toBe(412)
    expect((await remove(`"${second}"`)).status).toBe(204)
  })

  test('7.A 20: errors have a status and a message, and validation errors name fields with messages', async () => {
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
    const unknown = await zenodo.call('GET', `${LIST}/1`)
    expect(unknown.data).toEqual({ status: 404, message: 'The persistent identifier does not exist.' })
  })

  test('7.A 22: 204 has no body', async () => {
    const zenodo = await startZenodo()
    const { id, links } = await zenodo.draft()
    const { data } = await zenodo.put({ links }, 'a.txt', 'x')
    await zenodo.put({ links }, 'b.txt', 'y')
    const [, second] = (await zenodo.call('GET', links.files)).data
    for (const [method, path] of [
      ['DELETE', data.links.self],
      ['DELETE', second.links.self],
      ['POST', `${LIST}/${id}/actions/discard`],
      ['DELETE', `${LIST}/${(await zenodo.draft()).id}`],
    ]) {
      const { status, text } = await zenodo.call(method, path)
      expect({ status, text }).toEqual({ status: 204, text: '' })
    }
  })
})

function revisionOf({ headers }: { headers: Record<string, unknown> }): string {
  return String(headers.etag).slice(1, -1)
}

/** A chunked request, and its JSON answer. */
function sendChunked({ emulator }: Zenodo, method: string, url: string, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${emulator.token}`, 'transfer-encoding': 'chunked' }
    const outgoing = request(url, { method, headers }, async (response) => {
      resolve(JSON.parse((await response.toArray()).join('')))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
