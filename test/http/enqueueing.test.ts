/** How do versions come in over HTTP, one or many? */
import { request as open } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bench, manifestOf } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi } from './setup.ts'

const patiently = { timeout: 30_000 }
const ndjson = { 'content-type': 'application/x-ndjson' }

describe.each(databases)('enqueueing over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeEach(async () => {
    ;({ bench, api } = await openApi(kind))
  })
  afterEach(async () => {
    await api.close()
    await bench.drop()
  })
  const post = async (body: unknown, headers = {}) =>
    await api.call('/copies', { method: 'POST', body, headers, token: await api.tokenOf('enqueue') })
  const lines = async (body: string, headers: Record<string, string> = ndjson) =>
    await api.call('/copies/lines', { method: 'POST', body, headers, token: await api.tokenOf('enqueue') })

  it('takes a version once, however often it is sent, and tells its copies', async () => {
    const version = {
      manifest: manifestOf({}),
      types: ['data', 'software'],
      priority: -3,
      runAfter: '2026-12-01T00:00:00+01:00',
    }
    const first = await post(version)
    expect([first.status, first.body.created, first.body.existing]).toEqual([201, 2, 0])
    expect(first.body.copies).toEqual([
      expect.objectContaining({ id: 1, type: 'data', priority: -3, runAfter: '2026-11-30T23:00:00.000Z' }),
      expect.objectContaining({ id: 2, type: 'software', state: 'enqueued' }),
    ])
    const again = await post(version)
    expect([again.status, again.body.created, again.body.existing]).toEqual([200, 0, 2])
    expect(again.body.copies).toEqual(first.body.copies)
    expect((await api.call('/copies/1/events')).body.events[0].actor).toBe('api:the enqueue')
  })

  it('of many callers who send one version at once, one brings it in and all get the same copy', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post({ manifest: manifestOf({}), types: ['data'] })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 201])
    expect(new Set(answers.map(({ body }) => body.copies[0].id)).size).toBe(1)
  })

  it('refuses a changed manifest once its copies have begun', async () => {
    await post({ manifest: manifestOf({}), types: ['data'] })
    await bench.claim(await bench.lead())
    const { status, body } = await post({ manifest: manifestOf({ files: { 'b.csv': 4 } }), types: ['data'] })
    expect([status, body.code]).toEqual([409, 'manifest_changed'])
  })

  it('takes lines that are not there for none', async () => {
    const nothing = await api.call('/copies/lines', { method: 'POST', token: await api.tokenOf('enqueue') })
    expect([nothing.status, nothing.body.lines]).toEqual([200, 0])
  })

  it.each([
    [{ manifest: { ...manifestOf({}), version: { number: 0 } }, types: ['data'] }, 422, '$.manifest.version.number'],
    [{ manifest: manifestOf({}), types: ['movie'] }, 400, '$.types[0]'],
    [{ manifest: manifestOf({}), typs: ['data'] }, 400, '$.typs'],
    [{ manifest: manifestOf({}), runAfter: 'tomorrow' }, 400, '$.runAfter'],
    [[], 400, '$'],
    ['{"manifest": ', 400, '$'],
    ['', 400, '$'],
  ])('refuses %j by its path', async (body, status, path) => {
    const answer = await post(body, { 'content-type': 'application/json' })
    expect([answer.status, answer.body.problems?.[0].path]).toEqual([status, path])
    expect((await api.call('/copies')).body.copies).toEqual([])
  })

  it('refuses a source that lies beside a manifest which lies nowhere', async () => {
    const text = JSON.stringify({ manifest: manifestOf({}) }).replaceAll('https://files.example/', 'file:')
    const { status, body } = await post(text, { 'content-type': 'application/json' })
    expect([status, body.problems[0].path]).toEqual([422, '$.files.data[0].source'])
  })

  it('refuses a body that is too large, of another kind, or nested without end', async () => {
    const large = `{"manifest": "${'x'.repeat(9 * 2 ** 20)}"}`
    expect((await post(large, { 'content-type': 'application/json' })).status).toBe(413)
    expect((await post('manifest=1', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect((await post('{}', ndjson)).status).toBe(415)
    expect((await post(`${'['.repeat(5000)}${']'.repeat(5000)}`, { 'content-type': 'application/json' })).status).toBe(
      400,
    )
  })

  it('takes a stream of lines, and tells of those that it refuses', async () => {
    const bad = '{"manifest": {}}'
    const good = (doi: string) => JSON.stringify({ manifest: manifestOf({ doi }), types: ['data'] })
    const body = [good('10.5061/dryad.a'), bad, '', good('10.5061/dryad.b'), 'no json', good('10.5061/dryad.a')].join(
      '\n',
    )
    const answer = await lines(body)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ lines: 5, accepted: 3, created: 2, existing: 1, replaced: 0, refused: 2 })
    expect(answer.body.firstRefused.map(({ line }: { line: number }) => line)).toEqual([2, 5])
    expect(answer.body.firstRefused[0].error).toMatchObject({ code: 'manifest_invalid' })
    const again = await lines(body)
    expect(again.body).toMatchObject({ created: 0, existing: 3 })
  })

  it('refuses a stream of which no line is accepted, and one that is sent as something else', async () => {
    const { status, body } = await lines('nothing\nof this\n')
    expect([status, body.code, body.soFar]).toMatchObject([422, 'manifest_invalid', { lines: 2, refused: 2 }])
    expect((await lines('{}', { 'content-type': 'application/json' })).status).toBe(415)
    expect((await lines('')).body).toMatchObject({ lines: 0 })
  })

  it('keeps what came before a stream broke off, and answers others', async () => {
    const token = await api.tokenOf('enqueue')
    const headers = { ...ndjson, authorization: `Bearer ${token}` }
    const stream = open(`${api.url}/api/v1/copies/lines`, { method: 'POST', headers })
    stream.on('error', () => {})
    const line = (n: number) =>
      `${JSON.stringify({ manifest: manifestOf({ doi: `10.5061/dryad.${n}` }), types: ['data'] })}\n`
    // a batch that is full is stored before the next one is
    stream.write(Array.from({ length: 1001 }, (_, n) => line(n)).join(''))
    const enqueued = async () => (await api.call('/status')).body.counts[0]?.count ?? 0
    await expect.poll(enqueued, patiently).toBeGreaterThanOrEqual(500)
    stream.destroy()
    await expect.poll(() => api.log(), patiently).toMatch(/"path":"\/api\/v1\/copies\/lines".*"the caller went away"/)
    expect(api.log()).not.toMatch(/"level":"error"/)
  })

  it.each(['viewer', 'curator'] as const)('is not for the role %s', async (role) => {
    const token = await api.tokenOf(role)
    for (const path of ['/copies', '/copies/lines']) {
      const { status, body } = await api.call(path, { method: 'POST', token, body: '{}', headers: ndjson })
      expect([status, body.code, body.allowed]).toEqual([403, 'role_required', ['enqueue', 'admin']])
    }
  })
})
