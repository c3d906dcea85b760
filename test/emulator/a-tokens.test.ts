/** Section A of the checklist, first part: who is asking, and what may they do? */
import { expect, test } from 'vitest'
import type { UserSetting } from '../../src/emulator/server.ts'
import { complete, form, startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'
const denied = { status: 403, message: 'Permission denied.' }
const users: readonly UserSetting[] = [
  { name: 'other', token: 'other-token', role: 'user' },
  { name: 'root', token: 'root-token', role: 'superuser' },
]

/** Every request that needs to be let in, about one deposit with one file. */
function guardedRequests(id: number, bucket: string, fileId: string): readonly (readonly [string, string])[] {
  const deposit = `${LIST}/${id}`
  return [
    ['GET', deposit],
    ['PUT', deposit],
    ['DELETE', deposit],
    ...(['publish', 'edit', 'discard', 'newversion'] as const).map(
      (action) => ['POST', `${deposit}/actions/${action}`] as const,
    ),
    ['GET', `${deposit}/files`],
    ['POST', `${deposit}/files`],
    ['GET', `${deposit}/files/${fileId}`],
    ['DELETE', `${deposit}/files/${fileId}`],
    ['GET', bucket],
    ['GET', `${bucket}/a.txt`],
    ['PUT', `${bucket}/a.txt`],
    ['DELETE', `${bucket}/a.txt`],
  ]
}

/** Answers that are not the 403 of a permission problem. */
async function letIn(
  zenodo: Zenodo,
  requests: readonly (readonly [string, string])[],
  token: string | null,
): Promise<unknown[]> {
  const found: unknown[] = []
  for (const [method, path] of requests) {
    const json = { metadata: {} }
    const isJson = path.startsWith(LIST) && !path.includes('/files') && (method === 'PUT' || method === 'POST')
    const body = path.includes('/api/files/') && method === 'PUT' ? { body: 'x' } : isJson ? { json } : {}
    const { status, data } = await zenodo.call(method, path, { token, ...body })
    if (JSON.stringify(data) !== JSON.stringify(denied)) found.push({ method, path, status, data })
  }
  return found
}

test('7.A 1: everything below /api is answered as application/json, refusals too', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.published()
  for (const [path, token] of [
    [LIST, zenodo.emulator.token],
    [`${LIST}/${id}`, zenodo.emulator.token],
    [LIST, null],
    [links.record, null],
    ['/api/records', null],
    ['/api/nothing', null],
  ] as const) {
    expect((await zenodo.call('GET', path, { token })).headers['content-type']).toBe('application/json')
  }
  expect((await zenodo.call('GET', '/deposit/depositions')).status).toBe(404)
})

test('7.A 2: a token is taken from the header and from the query, on every route', async () => {
  const zenodo = await startZenodo()
  const query = `access_token=${zenodo.emulator.token}`
  const call = (method: string, path: string, options = {}) =>
    zenodo.call(method, `${path}?${query}`, { token: null, ...options })
  const { data } = await call('POST', LIST, { json: { metadata: complete } })
  expect((await call('GET', LIST)).data).toHaveLength(1)
  expect((await call('PUT', `${data.links.bucket}/a.txt`, { body: 'x' })).status).toBe(201)
  expect((await call('GET', `${data.links.bucket}/a.txt`)).text).toBe('x')
  expect((await call('DELETE', `${data.links.bucket}/a.txt`)).status).toBe(204)
  expect((await call('POST', data.links.files, { body: form('b.txt', 'y') })).status).toBe(201)
  expect((await call('PUT', data.links.self, { json: { metadata: complete } })).status).toBe(200)
  expect((await call('POST', data.links.publish)).status).toBe(202)
})

test.each([
  ['no token', null],
  ['an unknown token', 'unknown'],
  ['a token that was revoked', 'other-token'],
])('7.A 3: %s is 403 on every deposit route, and never 401', async (_, token) => {
  const zenodo = await startZenodo({ settings: { users } })
  const draft = await zenodo.draft({}, { token: 'other-token' })
  const bucket = draft.links.bucket
  await zenodo.call('PUT', `${bucket}/a.txt`, { body: 'x', token: 'other-token' })
  const [file] = (await zenodo.call('GET', draft.links.files, { token: 'other-token' })).data
  await zenodo.set({ users: [] })
  const requests = [['GET', LIST] as const, ['POST', LIST] as const, ...guardedRequests(draft.id, bucket, file.id)]
  expect(await letIn(zenodo, requests, token)).toEqual([])
  await zenodo.set({ users })
  expect((await zenodo.call('GET', draft.links.self, { token: 'other-token' })).data.files).toHaveLength(1)
})

test("7.A 4: somebody else's draft is refused", async () => {
  const zenodo = await startZenodo({ settings: { users } })
  const draft = await zenodo.draft(complete)
  await zenodo.put(draft, 'a.txt', 'x')
  const [file] = (await zenodo.call('GET', draft.links.files)).data
  const requests = guardedRequests(draft.id, draft.links.bucket, file.id)
  expect(await letIn(zenodo, requests, 'other-token')).toEqual([])
  expect((await zenodo.call('GET', draft.links.self)).data.files).toEqual([file])
  expect((await zenodo.call('GET', LIST, { token: 'other-token' })).data).toEqual([])
})

test("7.A 4: of somebody else's published deposit only the files are public, and there is no draft to be found", async () => {
  const zenodo = await startZenodo({ settings: { users } })
  const { id, draft, files } = await zenodo.published()
  const deposit = `${LIST}/${id}`
  const requests = guardedRequests(id, draft.links.bucket, files[0].id).filter(([, path]) => !path.endsWith('a.txt'))
  const noDraft = { status: 404, data: { status: 404, message: 'Not found.' } }
  expect(await letIn(zenodo, requests, 'other-token')).toEqual([
    { method: 'PUT', path: deposit, ...noDraft },
    { method: 'DELETE', path: deposit, ...noDraft },
    { method: 'POST', path: `${deposit}/actions/publish`, ...noDraft },
    { method: 'POST', path: `${deposit}/actions/discard`, ...noDraft },
    { method: 'POST', path: `${deposit}/files`, ...noDraft },
    expect.objectContaining({ method: 'GET', path: draft.links.bucket, status: 200 }),
  ])
})

test("7.A 5: a superuser reads, changes and deletes anybody's draft", async () => {
  const zenodo = await startZenodo({ settings: { users } })
  const { links, owner } = await zenodo.draft()
  const token = 'root-token'
  expect((await zenodo.call('GET', links.self, { token })).status).toBe(200)
  const changed = await zenodo.call('PUT', links.self, { token, json: { metadata: { title: 'Changed' } } })
  expect(changed).toMatchObject({ status: 200, data: { title: 'Changed', owner } })
  expect((await zenodo.call('PUT', `${links.bucket}/a.txt`, { token, body: 'x' })).status).toBe(201)
  expect((await zenodo.call('DELETE', links.self, { token })).status).toBe(204)
  expect((await zenodo.call('GET', links.self)).status).toBe(404)
})

test('7.A 6: scopes count only when they are strict', async () => {
  const scoped = (name: string, ...scopes: string[]): UserSetting => ({ name, token: name, scopes })
  const zenodo = await startZenodo({
    settings: { users: [scoped('reader'), scoped('writer', 'deposit:write'), scoped('actor', 'deposit:actions')] },
  })
  const create = (token: string) => zenodo.call('POST', LIST, { token, json: {} })
  expect((await create('reader')).status).toBe(201)
  await zenodo.set({ strictScopes: true })
  for (const token of ['reader', 'actor']) expect((await create(token)).data).toEqual(denied)
  const { id, links } = (await create('writer')).data
  expect((await zenodo.call('PUT', `${links.bucket}/a.txt`, { token: 'writer', body: 'x' })).status).toBe(201)
  expect((await zenodo.act(id, 'publish', { token: 'writer' })).data).toEqual(denied)
  await zenodo.set({ strictScopes: false })
  expect((await zenodo.act(id, 'edit', { token: 'writer' })).status).toBe(201)
})

test('7.A 3: documented behaviour is a switch away, where no token is 401', async () => {
  const zenodo = await startZenodo({ settings: { strictAuth401: true } })
  expect((await zenodo.call('GET', LIST, { token: null })).data.status).toBe(401)
  expect((await zenodo.call('POST', LIST, { token: 'unknown', json: {} })).status).toBe(401)
})
