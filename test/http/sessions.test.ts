/** What is a session good for, when does it end, and what can nobody do with one from another page? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashOf } from '../../src/replication/secrets.ts'
import { addLink, createSessions, type Sessions } from '../../src/replication/sessions.ts'
import { createToken, revokeToken } from '../../src/replication/tokens.ts'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { type Api, openApi } from './setup.ts'

const rules = { idleMs: 60_000, mostMs: 3_600_000, people: [] }
const name = 'zenodo-replicator-session'

describe.each(databases)('sessions on %s', (kind) => {
  let bench: Bench
  let api: Api
  let sessions: Sessions
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    sessions = createSessions(bench.store.sessions, bench.store.tokens, rules)
    await bench.enqueue({ types: ['data'] })
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  const ask = (secret: string, path: string, headers: Record<string, string> = {}, method = 'GET') =>
    api.call(path, { token: null, method, headers: { ...headers, cookie: `${name}=${secret}` } })
  const signIn = async (role: 'viewer' | 'curator' | 'admin') =>
    await sessions.byToken(await api.tokenOf(role), 'request')

  it('is known as the token it was begun with, and kept as a hash', async () => {
    const secret = await signIn('curator')
    expect((await ask(secret, '/caller')).body).toEqual({ name: 'the curator', role: 'curator', how: 'session' })
    expect((await ask(secret, '/sessions')).status).toBe(403)
    expect(JSON.stringify(await bench.db.knex('sessions'))).not.toContain(secret)
    expect(JSON.stringify(await bench.db.knex('audit_log'))).not.toContain(secret)
    expect(api.log()).not.toContain(secret)
  })

  it.each([
    ['nothing', {}],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a host of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin at all', { origin: 'null' }],
    ['our site', { 'sec-fetch-site': 'same-origin', origin: 'here' }],
    ['a made-up value', { 'csrf-token': 'x', cookie: 'zenodo-replicator-form=x' }],
  ])(
    'does not let a request change anything that says it is from %s, without the value of a page of ours',
    async (_, sent) => {
      const headers = 'origin' in sent && sent.origin === 'here' ? { ...sent, origin: api.url } : sent
      const answer = await ask(await signIn('admin'), '/copies/1/deferrals', headers as Record<string, string>, 'POST')
      expect([answer.status, answer.body.code]).toEqual([403, 'forged_request'])
      expect((await api.call('/copies/1')).body.state).toBe('enqueued')
    },
  )

  it('a bearer token counts before a session, also a wrong one', async () => {
    const secret = await signIn('admin')
    const wrong = { authorization: 'Bearer zrt_wrong' }
    expect((await ask(secret, '/caller', wrong)).status).toBe(401)
    const authorization = `Bearer ${await api.tokenOf('viewer')}`
    expect((await ask(secret, '/caller', { authorization })).body.role).toBe('viewer')
  })

  it('ends with its token', async () => {
    const token = await createToken(bench.store.tokens, { name: 'leaving', role: 'admin', by: 'test' })
    const secret = await sessions.byToken(token, 'request')
    expect((await ask(secret, '/caller')).status).toBe(200)
    await revokeToken(bench.store.tokens, { name: 'leaving', by: 'test' })
    expect((await ask(secret, '/caller')).status).toBe(401)
  })

  it.each([
    ['that nobody used for too long', { seen_at: '2026-01-01 00:00:00.000' }],
    ['that has lasted long enough', { expires_at: '2026-01-01 00:00:00.000' }],
  ])('one %s has ended', async (_, changes) => {
    const secret = await signIn('viewer')
    await bench.db
      .knex('sessions')
      .where({ hash: hashOf(secret) })
      .update(changes)
    expect((await ask(secret, '/caller')).status).toBe(401)
  })

  it('is ended by an administrator, who sees all of them, and by its owner; the log tells by whom', async () => {
    const secrets = [await signIn('viewer'), await signIn('viewer')] as const
    const { body } = await api.call('/sessions')
    const id = body.sessions.at(-2).id
    expect(body.sessions.at(-1)).toMatchObject({ name: 'the viewer', role: 'viewer', how: 'session' })
    expect((await api.call(`/sessions/${id}`, { method: 'DELETE' })).body).toEqual({ ended: id })
    expect((await api.call(`/sessions/${id}`, { method: 'DELETE' })).status).toBe(400)
    await sessions.signOut(secrets[1], operator)
    for (const secret of secrets) expect((await ask(secret, '/caller')).status).toBe(401)
    expect((await api.call('/audit?action=session.end')).body.entries).toMatchObject([
      { who: 'operator' },
      { who: 'api:the admin', subject: { session: id, name: 'the viewer' } },
    ])
  })

  it('is not begun with a token of a program, nor with none', async () => {
    await expect(sessions.byToken(await api.tokenOf('enqueue'), 'r')).rejects.toMatchObject({ code: 'role_required' })
    await expect(sessions.byToken('zrt_x', 'r')).rejects.toMatchObject({ code: 'token_required' })
  })

  it('a link is good once, for a while, and is not the cookie it becomes', async () => {
    const person = { name: 'jane', role: 'admin' } as const
    const key = await addLink(bench.store.sessions, person, operator)
    expect((await ask(key, '/caller')).status).toBe(401)
    const both = await Promise.allSettled([sessions.byLink(key, 'r'), sessions.byLink(key, 'r')])
    const [used] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect((await ask(used!, '/caller')).body).toEqual({ ...person, how: 'link' })
    expect((await ask(key, '/caller')).status).toBe(401)
    const late = await addLink(bench.store.sessions, person, operator)
    await bench.db
      .knex('sessions')
      .where({ hash: hashOf(late) })
      .update({ expires_at: '2026-01-01 00:00:00.000' })
    await expect(sessions.byLink(late, 'r')).rejects.toMatchObject({ code: 'token_required' })
  })

  it('who guesses tokens is heard no more for a while; those whose token was right are', async () => {
    const token = await api.tokenOf('viewer')
    expect((await api.call('/caller', { token })).status).toBe(200)
    const statuses: number[] = []
    for (let n = 0; n < 25; n++) statuses.push((await api.call('/caller', { token: `zrt_guess${n}` })).status)
    expect(new Set(statuses)).toEqual(new Set([401, 429]))
    const { status, headers, body } = await api.call('/caller', { token: 'zrt_guess' })
    expect([status, body.code]).toEqual([429, 'too_many_attempts'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.call('/caller', { token })).status).toBe(200)
  })
})
