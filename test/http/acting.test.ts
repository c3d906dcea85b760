/** What can people do to copies over HTTP, and what keeps two of them from crossing each other? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi } from './setup.ts'

describe.each(databases)('acting over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeEach(async () => {
    ;({ bench, api } = await openApi(kind))
    for (let n = 1; n <= 4; n++) await bench.enqueue({ doi: `10.5061/dryad.${n}`, types: ['data'] })
    await bench.db
      .knex('zenodo_copies')
      .whereIn('id', [1, 2])
      .update({ state: 'error', error_code: 'zenodo_forbidden' })
  })
  afterEach(async () => {
    await api.close()
    await bench.drop()
  })
  const act = async (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    await api.call(path, { method: 'POST', token: await api.tokenOf('curator'), body, headers })
  const states = async () =>
    (await api.call('/copies?order=asc')).body.copies.map(({ state }: { state: string }) => state)

  it.each([
    ['requeues', 1, 'enqueued', 'requeue'],
    ['deferrals', 3, 'deferred', 'defer'],
    ['cancellations', 1, 'cancelled', 'cancel'],
  ])('%s move one copy on, and its story tells by whom and why', async (path, id, state, kind) => {
    const { status, headers, body } = await act(`/copies/${id}/${path}`, { reason: 'asked by the author' })
    expect([status, body.id, body.state]).toEqual([200, id, state])
    expect(headers.get('etag')).toBe((await api.call(`/copies/${id}`)).headers.get('etag'))
    const { events } = (await api.call(`/copies/${id}/events`)).body
    expect(events.at(-1)).toMatchObject({
      kind,
      actor: 'api:the curator',
      data: { reason: 'asked by the author', to: state },
    })
  })

  it('a deferred copy is resumed, also without a body', async () => {
    await act('/copies/3/deferrals')
    expect((await act('/copies/3/resumptions')).body).toMatchObject({ id: 3, state: 'enqueued' })
  })

  it('what a state does not allow is refused with the reason', async () => {
    const { status, body } = await act('/copies/3/resumptions')
    expect([status, body.code, body.state]).toEqual([409, 'action_refused', 'enqueued'])
    expect(body.detail).toBe('Cannot resume copy 3: it is waiting in the queue.')
    expect((await act('/copies/99/requeues')).status).toBe(404)
  })

  it('refuses who decides on a copy that has changed since, and changes nothing', async () => {
    const seen = (await api.call('/copies/1')).headers.get('etag') ?? ''
    await act('/copies/1/requeues')
    const { status, body } = await act('/copies/1/cancellations', undefined, { 'if-match': seen })
    expect([status, body.code, body.state]).toEqual([412, 'copy_changed', 'enqueued'])
    expect((await api.call('/copies/1')).body.state).toBe('enqueued')
    const now = (await api.call('/copies/1')).headers.get('etag') ?? ''
    expect((await act('/copies/1/cancellations', undefined, { 'if-match': `"other", ${now}` })).status).toBe(200)
    expect((await act('/copies/1/requeues', undefined, { 'if-match': '*' })).status).toBe(200)
  })

  it('of two who decide differently on what both saw, one is refused', async () => {
    const etag = (await api.call('/copies/1')).headers.get('etag') ?? ''
    const answers = await Promise.all(
      ['requeues', 'cancellations', 'deferrals'].map((path) =>
        act(`/copies/1/${path}`, undefined, { 'if-match': etag }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412])
    expect((await api.call('/copies/1/events')).body.events).toHaveLength(2)
  })

  it('tells what an action on a filter would do, and then does just that', async () => {
    const filter = { error: 'zenodo_forbidden', reason: 'the grant is there' }
    const dry = await act('/requeues', { ...filter, dryRun: true })
    expect(dry.body).toMatchObject({ dryRun: true, changed: 2, refused: 0 })
    expect(dry.body.copies.map(({ id }: { id: number }) => id).toSorted()).toEqual([1, 2])
    expect(await states()).toEqual(['error', 'error', 'enqueued', 'enqueued'])
    const { status, body } = await act('/requeues', filter)
    expect([status, body]).toMatchObject([200, { dryRun: false, changed: 2, refused: 0 }])
    expect(body.copies.map(({ state }: { state: string }) => state)).toEqual(['enqueued', 'enqueued'])
    expect(await states()).toEqual(['enqueued', 'enqueued', 'enqueued', 'enqueued'])
  })

  it.each([
    ['/cancellations', { ids: [1, 3, 4] }, 3, 0, ['cancelled', 'error', 'cancelled', 'cancelled']],
    ['/deferrals', { state: ['enqueued'] }, 2, 0, ['error', 'error', 'deferred', 'deferred']],
    ['/resumptions', { family: 'data' }, 0, 4, ['error', 'error', 'enqueued', 'enqueued']],
    ['/requeues', { dataset: '10.5061/dryad.2' }, 1, 0, ['error', 'enqueued', 'enqueued', 'enqueued']],
    ['/requeues', { q: 'dryad.3' }, 0, 0, ['error', 'error', 'enqueued', 'enqueued']],
    ['/requeues', { blocked: true }, 0, 0, ['error', 'error', 'enqueued', 'enqueued']],
  ])('%s of %j is told beforehand as it is then done', async (path, filter, changed, refused, after) => {
    expect((await act(path, { ...filter, dryRun: true })).body).toMatchObject({ changed, refused })
    expect((await act(path, filter)).body).toMatchObject({ dryRun: false, changed, refused })
    expect(await states()).toEqual(after)
  })

  it.each([
    ['/requeues', {}, 400],
    ['/cancellations', { reason: 'all of them' }, 400],
    ['/cancellations', { state: [] }, 400],
    ['/cancellations', { ids: ['1'] }, 400],
    ['/cancellations', { everything: true }, 400],
    ['/copies/1/requeues', { why: 'x' }, 400],
  ])('%s of %j is refused, and nothing is changed', async (path, body, status) => {
    const answer = await act(path, body)
    expect([answer.status, answer.body.code]).toEqual([status, 'bad_request'])
    expect(await states()).toEqual(['error', 'error', 'enqueued', 'enqueued'])
  })

  it('pauses and goes on, and tells by whom and why', async () => {
    const token = await api.tokenOf('curator')
    const { body } = await api.call('/pause', { method: 'PUT', token, body: { reason: 'storage' } })
    expect(body.pause).toMatchObject({ name: 'pause', by: 'api:the curator', reason: 'storage' })
    expect((await api.call('/status')).body.pause).toEqual(body.pause)
    for (let time = 0; time < 2; time++) {
      expect((await api.call('/pause', { method: 'DELETE', token })).body).toEqual({ pause: null })
    }
  })

  it.each(['enqueue', 'viewer'] as const)('is not for the role %s', async (role) => {
    const token = await api.tokenOf(role)
    const asked = [
      ['POST', '/copies/1/cancellations'],
      ['POST', '/cancellations'],
      ['PUT', '/pause'],
      ['DELETE', '/pause'],
    ] as const
    for (const [method, path] of asked) {
      const { status, body } = await api.call(path, { method, token })
      expect([status, body.code]).toEqual([403, 'role_required'])
    }
    expect(await states()).toEqual(['error', 'error', 'enqueued', 'enqueued'])
  })
})
