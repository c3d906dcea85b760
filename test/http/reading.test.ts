/** What does the HTTP API show of the copies, and what does it refuse? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi, serveOn } from './setup.ts'

describe.each(databases)('reading over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    for (let n = 0; n < 5; n++) await bench.enqueue({ doi: `10.5061/dryad.${n}`, types: ['data', 'software'] })
    await bench.enqueue({ doi: '10.5061/dryad.0', number: 2, types: ['data'] })
    const error = { state: 'error', error_code: 'zenodo_forbidden', error_message: 'Denied', deposition_id: '4242' }
    await bench.db.knex('zenodo_copies').where('id', 3).update(error)
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  const ids = async (query: string) =>
    (await api.call(`/copies${query}`)).body.copies.map(({ id }: { id: number }) => id)

  it('lists copies, newest first, with all that is known of each', async () => {
    const { status, headers, body } = await api.call('/copies?limit=2')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body.copies.map(({ id }: { id: number }) => id)).toEqual([11, 10])
    expect(body.copies[0]).toMatchObject({
      dataset: { doi: '10.5061/dryad.0', id: '4711' },
      version: { number: 2 },
      type: 'data',
      family: 'data',
      state: 'enqueued',
      blockedBy: 1,
      error: null,
      depositionId: null,
    })
    expect(body.nextCursor).toEqual(expect.any(String))
  })

  it.each([
    ['?state=error', [3]],
    ['?state=error,deferred', [3]],
    ['?state=error&state=deferred', [3]],
    ['?type=software&order=asc', [2, 4, 6, 8, 10]],
    ['?family=data&order=asc&limit=2', [1, 3]],
    ['?dataset=10.5061/dryad.0&order=asc', [1, 2, 11]],
    ['?dataset=https://doi.org/10.5061/DRYAD.0&order=asc', [1, 2, 11]],
    ['?error=zenodo_forbidden', [3]],
    ['?blocked=true', [11]],
    ['?blocked=false&dataset=10.5061/dryad.0', [2, 1]],
    ['?q=denied', [3]],
    ['?q=4242', [3]],
    ['?sort=dataset&order=asc&limit=3', [1, 2, 11]],
  ])('%s finds what it says', async (query, found) => {
    expect(await ids(query)).toEqual(found)
  })

  it('goes on at the cursor, until there is no more', async () => {
    const seen: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body } = await api.call(`/copies?limit=4&sort=updated${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...body.copies.map(({ id }: { id: number }) => id))
      cursor = body.nextCursor
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })

  it.each([
    ['/copies?limit=0', 'query.limit', 'a whole number from 1 to 1000'],
    ['/copies?limit=many', 'query.limit', 'a whole number from 1 to 1000'],
    ['/copies?limit=1001', 'query.limit', 'a whole number from 1 to 1000'],
    ['/copies?state=error,broken', 'query.state[1]', /^one of enqueued, /],
    ['/copies?state=', 'query.state[0]', /^one of enqueued, /],
    ['/copies?type=movie', 'query.type[0]', /^one of data, /],
    ['/copies?blocked=yes', 'query.blocked', 'one of true, false'],
    ['/copies?sort=colour', 'query.sort', /^one of id, /],
    ['/copies?family=data&family=supp', 'query.family', /^one of data, /],
    ['/copies?stat=error', 'query.stat', /^one of state, type, /],
    ['/copies/x', 'path.id', 'the id of a copy, a whole number from 1'],
    ['/copies/0', 'path.id', 'the id of a copy, a whole number from 1'],
    ['/copies/1e3/events', 'path.id', 'the id of a copy, a whole number from 1'],
  ])('%s is refused with the field and what is accepted', async (path, field, accepted) => {
    const { status, headers, body } = await api.call(path)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(body).toMatchObject({ type: 'urn:zenodo-replicator:problem:bad_request', status: 400, code: 'bad_request' })
    expect(body.problems).toEqual([expect.objectContaining({ path: field, accepted: expect.stringMatching(accepted) })])
    expect(body.detail).toContain(field)
  })

  it.each(['abc', Buffer.from('["id","asc",1,1]').toString('base64url'), Buffer.from('[').toString('base64url')])(
    'a cursor that is not of this list is refused: %s',
    async (cursor) => {
      const { status, body } = await api.call(`/copies?cursor=${cursor}`)
      expect([status, body.code]).toEqual([400, 'bad_request'])
      expect(body.detail).toBe('The cursor does not belong to this list. Begin again without one.')
    },
  )

  it('shows one copy, its events and its files, these without the signatures of their addresses', async () => {
    expect((await api.call('/copies/3')).body).toMatchObject({
      id: 3,
      error: { code: 'zenodo_forbidden', message: 'Denied', hint: expect.stringContaining('account') },
      depositionId: 4242,
    })
    const { events } = (await api.call('/copies/3/events')).body
    expect(events).toEqual([expect.objectContaining({ copyId: 3, kind: 'enqueued', actor: 'tester' })])
    const { files } = (await api.call('/copies/3/files')).body
    expect(files).toEqual([
      expect.objectContaining({ path: 'a.csv', size: 3, state: 'pending', source: 'https://files.example/a.csv?…' }),
    ])
  })

  it.each(['/copies/99', '/copies/99/events', '/copies/99/files'])('%s is not there', async (path) => {
    const { status, body } = await api.call(path)
    expect([status, body.code, body.detail]).toEqual([404, 'copy_not_found', 'There is no copy 99.'])
  })

  it('tells how it stands: counts, what is due, who leads, what is paused', async () => {
    expect((await api.call('/status')).body).toMatchObject({ leader: null, pause: null, breaker: null })
    const proof = await bench.lead()
    await bench.store.desk.setSwitch('pause', { name: 'somebody', reason: 'storage' })
    const { body } = await api.call('/status')
    expect(body.counts).toContainEqual({ family: 'data', state: 'error', count: 1 })
    expect(body.counts).toContainEqual({ family: 'software', state: 'enqueued', count: 5 })
    expect(body.oldestDue).toEqual({ id: 1, dueForMs: expect.any(Number) })
    expect(body.leader).toEqual({ holder: 'a', host: 'host-a', term: proof.term, expired: false })
    expect(body.pause).toMatchObject({ by: 'somebody', reason: 'storage' })
  })

  it('answers what it does not have, and what it cannot read, in the same form', async () => {
    for (const [path, method] of [
      ['/nothing', 'GET'],
      ['/copies', 'DELETE'],
    ] as const) {
      const { status, body } = await api.call(path, { method })
      expect([status, body.code]).toEqual([404, 'bad_request'])
    }
    const { status, body } = await api.call('//%ff')
    expect([status, body.code]).toEqual([400, 'bad_request'])
  })

  it('is alive and ready, which everybody may ask', async () => {
    expect((await api.call('//healthz', { token: null })).body).toEqual({ status: 'alive' })
    expect((await api.call('//readyz', { token: null })).body).toEqual({ status: 'ready' })
  })

  it('is not ready while the schema is not that of this release', async () => {
    await bench.owner.db.knex('knex_migrations').where('name', 'like', '%_create_tokens.js').del()
    const { status, body } = await api.call('//readyz', { token: null })
    expect([status, body.code]).toEqual([503, 'schema_outdated'])
  })
})

describe.each(databases)('a %s that cannot be reached', (kind) => {
  const url =
    kind === 'sqlite' ? 'sqlite:/nowhere/at-all/a.sqlite' : 'mysql://secret-user:secret-word@127.0.0.1:1/hidden'
  let api: Api
  beforeAll(async () => {
    api = await serveOn(url, { tokens: false })
  })
  afterAll(async () => await api.close())

  it('makes the process not ready, though alive', async () => {
    expect((await api.call('//healthz', { token: null })).status).toBe(200)
    const { status, headers, body } = await api.call('//readyz', { token: null })
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'database_unreachable'])
  })

  it('is told to callers without its address, which is in the log', async () => {
    const { status, body } = await api.call('/copies')
    expect([status, body.code]).toEqual([503, 'database_unreachable'])
    expect(JSON.stringify(body)).not.toMatch(/nowhere|hidden|127\.0\.0\.1|secret/)
    expect(api.log()).toContain(body.requestId)
    expect(api.log()).toMatch(/nowhere|hidden/)
    expect(api.log()).not.toContain('secret')
  })
})
