/** May each role do what it is for, and nothing else, at every address there is? And whom does a proxy speak for? */
import { request as ask } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pages } from '../../src/console/pages.ts'
import { type Role, roles } from '../../src/core/roles.ts'
import { contract } from '../../src/http/contract.ts'
import { createSessions } from '../../src/replication/sessions.ts'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi, serveOn } from '../http/setup.ts'

const people = ['viewer', 'curator', 'admin'] as const
type Way = 'token' | 'session'

/** Every address, with who may. Null: everybody. */
const addresses = [
  ...Object.values(contract).map(({ method, path, roles: may }) => ({
    ...{ method, path: `/api/v1${path}`, may: may as readonly Role[] | null },
  })),
  ...pages.map(({ kind, path, roles: may }) => ({ method: kind === 'action' ? 'POST' : 'GET', path, may })),
].map((one) => ({ ...one, path: one.path.replace(':id', '99').replace(/:\w+/g, 'x').replace('*', 'x') }))

/** What changes everything is for few; a new route that is for more stands out here. */
const forEverybody = ['/sign-in', '/sign-in/link', '/sign-in/oidc', '/sign-in/oidc/callback', '/sign-out', '/theme']

describe('every address', () => {
  let bench: Bench
  let api: Api
  const secrets = new Map<Role, string>()
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite', { 'server.trustedProxies': ['127.0.0.1'] }))
    const rules = { idleMs: 1e6, mostMs: 1e6, people: [] }
    const sessions = createSessions(bench.store.sessions, bench.store.tokens, rules)
    for (const role of people) secrets.set(role, await sessions.byToken(await api.tokenOf(role), 'r'))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it('that is open to everybody is one by which nobody learns or changes anything', () => {
    const open = addresses.filter(({ may }) => may === null).map(({ path }) => path)
    expect([...new Set(open)].toSorted()).toEqual(forEverybody)
  })

  /** 401: who are you; 403: not you. Everything else means that it was let in. */
  const answered = async (method: string, path: string, headers: Record<string, string>) => {
    const { status, headers: sent, body } = await fetch(api.url + path, { method, headers, redirect: 'manual' })
    // some have no end
    await body?.cancel()
    return sent.get('location')?.startsWith('/sign-in?back=') ? 401 : status
  }

  it('that is not is closed to who does not say who they are', async () => {
    for (const { method, path, may } of addresses) {
      if (may !== null) expect([method, path, await answered(method, path, {})]).toEqual([method, path, 401])
    }
  })

  it.each(
    roles.flatMap((role) =>
      (role === 'enqueue' ? ['token'] : ['token', 'session']).map((way) => [role, way as Way] as const),
    ),
  )('lets in the role %s by its %s, where it is named, and nowhere else', async (role, way) => {
    const who: Record<string, string> =
      way === 'token'
        ? { authorization: `Bearer ${await api.tokenOf(role)}` }
        : { cookie: `zenodo-replicator-session=${secrets.get(role)}` }
    for (const { method, path, may } of addresses) {
      if (may === null) continue
      const status = await answered(method, path, who)
      // a session changes nothing without the value of a page, which is another refusal
      const isIn = way === 'session' && method !== 'GET' ? false : may.includes(role)
      expect([method, path, status === 403, status]).toEqual([method, path, !isIn, status])
    }
  })
})

describe('a proxy that says who calls', () => {
  let bench: Bench
  let trusting: Api
  let wary: Api
  beforeAll(async () => {
    const opened = await openApi('sqlite', settings(['127.0.0.1', '2001:db8::/32']))
    ;({ bench } = opened)
    trusting = opened.api
    wary = await serveOn(bench.url, { tokens: true, flags: settings(['10.0.0.0/8', '::1']) })
  })
  afterAll(async () => {
    await Promise.all([trusting.close(), wary.close()])
    await bench.drop()
  })
  const settings = (trustedAddresses: readonly string[]) => ({
    'server.proxyHeader.name': 'X-Forwarded-User',
    'server.proxyHeader.trustedAddresses': trustedAddresses,
    'server.proxyHeader.roles': ['viewer: everybody', 'admin: email jane@example.org', 'curator: subject joe'],
  })
  /** Header by header, as `fetch` would join what comes twice. */
  const caller = async ({ url }: Api, headers: readonly string[], method = 'GET', path = '/api/v1/caller') =>
    await new Promise<{ status: number; body: { code?: string; name?: string; role?: string } }>((resolve, reject) => {
      const sent = ask(url + path, { method, headers: ['host', 'here', ...headers] }, (answer) => {
        let text = ''
        answer.on('data', (part) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }))
      })
      sent.on('error', reject).end()
    })

  it.each([
    ['jane@example.org', 'admin'],
    ['joe', 'curator'],
    ['anybody', 'viewer'],
  ])('is believed from its address: %s is %s', async (name, role) => {
    const { body } = await caller(trusting, ['x-forwarded-user', name])
    expect(body).toEqual({ name, role, how: 'proxy' })
  })

  it('is believed also when it hands on the password by which it knows who calls', async () => {
    const password = ['authorization', 'Basic am9lOnNlY3JldA==']
    const { body } = await caller(trusting, ['x-forwarded-user', 'joe', ...password])
    expect(body).toEqual({ name: 'joe', role: 'curator', how: 'proxy' })
    const forged = await caller(trusting, ['x-forwarded-user', 'joe', ...password], 'DELETE', '/api/v1/pause')
    expect(forged.body.code).toBe('forged_request')
    expect((await caller(wary, ['x-forwarded-user', 'joe', ...password])).status).toBe(401)
  })

  it('is not believed from elsewhere, whatever is said besides; and that stands in the log', async () => {
    const lies = [
      ...['x-forwarded-user', 'jane@example.org', 'x-forwarded-for', '10.0.0.1', 'forwarded', 'for=10.0.0.1'],
      ...['x-real-ip', '10.0.0.1'],
    ]
    expect((await caller(wary, lies)).status).toBe(401)
    expect(wary.log()).toMatch(/"header":"x-forwarded-user","peer":"127.0.0.1".*not trusted: it is left out/)
    expect(wary.log()).not.toContain('jane@example.org')
    const token = await wary.tokenOf('viewer')
    expect((await caller(wary, [...lies, 'authorization', `Bearer ${token}`])).body).toMatchObject({
      role: 'viewer',
      how: 'token',
    })
  })

  it.each([
    ['twice', ['x-forwarded-user', 'joe', 'X-Forwarded-User', 'jane@example.org'], 400],
    ['empty', ['x-forwarded-user', ''], 400],
    ['with a space before it', ['x-forwarded-user', '\t'], 400],
    ['in another spelling', ['x_forwarded_user', 'jane@example.org'], 401],
  ])('that sends the header %s names nobody', async (_, headers, status) => {
    expect((await caller(trusting, headers)).status).toBe(status)
  })

  it('cannot be used by another page: what it says, browsers send by themselves', async () => {
    const asked = await caller(trusting, ['x-forwarded-user', 'joe'], 'DELETE', '/api/v1/pause')
    expect([asked.status, asked.body.code]).toEqual([403, 'forged_request'])
  })
})
