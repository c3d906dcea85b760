/** Who gets into the console, where are they led, and who else could make them sign in, or be them? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addLink } from '../../src/replication/sessions.ts'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from '../http/setup.ts'
import { operator } from '../support/operator.ts'
import { createJar, type Jar, leadsTo } from './jar.ts'

const cookie = 'zenodo-replicator-session'

describe('signing in', () => {
  let bench: Bench
  let api: Api
  let jar: Jar
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite', { 'server.trustedProxies': ['127.0.0.1'] }))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  let people = 0
  beforeEach(() => {
    // attempts are counted by address
    jar = createJar(api.url, `192.0.2.${++people}`)
  })
  const whoAmI = async (asked: Jar = jar) => await (await asked.get('/api/v1/caller')).json()

  it.each(['viewer', 'curator', 'admin'] as const)(
    'with the token of a %s leads back to where one came from',
    async (role) => {
      expect(leadsTo(await jar.get('/audit?who=jane'))).toBe('303 /sign-in?back=%2Faudit%3Fwho%3Djane')
      const answer = await jar.post('/sign-in', { token: await api.tokenOf(role), back: '/audit?who=jane' })
      expect(leadsTo(answer)).toBe('303 /audit?who=jane')
      expect(await whoAmI()).toEqual({ name: `the ${role}`, role, how: 'session' })
    },
  )

  it('gives a cookie that scripts and other sites do not get', async () => {
    const answer = await jar.post('/sign-in', { token: await api.tokenOf('viewer') })
    const [session] = answer.headers.getSetCookie().filter((one) => one.startsWith(cookie))
    expect(session).toMatch(/^zenodo-replicator-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  it.each([
    ['one that nobody has', 'zrt_nothing', /not known here, or was revoked/],
    ['one of a program', null, /which is for programs/],
  ])('with %s is refused on the same page', async (_, token, words) => {
    const answer = await jar.post('/sign-in', { token: token ?? (await api.tokenOf('enqueue')), back: '/errors' })
    expect(leadsTo(answer)).toBe('303 /sign-in?back=%2Ferrors')
    expect(await (await jar.get('/sign-in')).text()).toMatch(words)
    expect((await jar.get('/api/v1/caller')).status).toBe(401)
  })

  it.each([
    ...['//evil.example', '/\\evil.example', '\\\\evil.example', 'https://evil.example', '/.//evil.example'],
    ...[
      '/%2e//evil.example',
      '/a/..//evil.example',
      '/\t/evil.example',
      ' //evil.example',
      'javascript:alert(1)',
      '/\n/evil.example',
    ],
  ])('never leads to another host: %j', async (back) => {
    const answer = await jar.post('/sign-in', { token: await api.tokenOf('viewer'), back })
    const place = new URL(answer.headers.get('location') ?? '', api.url)
    expect([answer.status, place.host]).toEqual([303, new URL(api.url).host])
  })

  it('begins a new session each time, and ends the one before: nobody signs others in with a cookie of their own', async () => {
    jar.cookies.set(cookie, 'x'.repeat(43))
    await jar.post('/sign-in', { token: await api.tokenOf('viewer') })
    const first = jar.cookies.get(cookie) ?? ''
    expect(first).not.toBe('x'.repeat(43))
    await jar.post('/sign-in', { token: await api.tokenOf('admin') })
    expect(jar.cookies.get(cookie)).not.toBe(first)
    const other = createJar(api.url)
    other.cookies.set(cookie, first)
    expect((await other.get('/api/v1/caller')).status).toBe(401)
  })

  it('ends with signing out, on the server as well', async () => {
    await jar.post('/sign-in', { token: await api.tokenOf('viewer') })
    const secret = jar.cookies.get(cookie) ?? ''
    expect(leadsTo(await jar.post('/sign-out', {}))).toBe('303 /sign-in')
    expect(jar.cookies.has(cookie)).toBe(false)
    jar.cookies.set(cookie, secret)
    expect((await jar.get('/api/v1/caller')).status).toBe(401)
  })

  describe('no other page can do it for somebody:', () => {
    it.each([
      ['without the value of our pages', {}, { 'sec-fetch-site': 'same-origin' }],
      ['from another site', null, { 'sec-fetch-site': 'cross-site' }],
      ['from another origin', null, { origin: 'https://evil.example' }],
    ])('%s', async (_, fields, headers) => {
      const token = await api.tokenOf('viewer')
      const body = new URLSearchParams({ token, ...(fields ?? { _csrf: await jar.formToken() }) })
      const sent = [...jar.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await fetch(`${api.url}/sign-in`, {
        method: 'POST',
        body,
        headers: { ...headers, cookie: sent } as Record<string, string>,
        redirect: 'manual',
      })
      expect([answer.status, answer.headers.getSetCookie().filter((one) => one.startsWith(cookie))]).toEqual([403, []])
    })

    it('also not with a value and a cookie of an attacker, once one is signed in', async () => {
      const attacker = createJar(api.url)
      const value = await attacker.formToken()
      await jar.post('/sign-in', { token: await api.tokenOf('viewer') })
      // tossed by another host of the domain
      for (const [name, secret] of attacker.cookies) jar.cookies.set(name, secret)
      const sent = [...jar.cookies].map(([name, secret]) => `${name}=${secret}`).join('; ')
      const body = new URLSearchParams({ _csrf: value })
      const answer = await fetch(`${api.url}/sign-out`, {
        method: 'POST',
        body,
        headers: { cookie: sent },
        redirect: 'manual',
      })
      expect(answer.status).toBe(403)
      expect((await jar.get('/api/v1/caller')).status).toBe(200)
    })
  })

  describe('by a link', () => {
    const link = () => addLink(bench.store.sessions, { name: 'jane', role: 'curator' }, operator)
    const byHand = { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }

    it('that a person opens is done at once, and once only', async () => {
      const key = await link()
      expect(leadsTo(await jar.get(`/sign-in/link?key=${key}`, byHand))).toBe('303 /')
      expect(await whoAmI()).toEqual({ name: 'jane', role: 'curator', how: 'link' })
      const other = createJar(api.url)
      expect(leadsTo(await other.get(`/sign-in/link?key=${key}`, byHand))).toBe('303 /sign-in')
      expect(await (await other.get('/sign-in')).text()).toMatch(/used already, or is too old/)
      expect(api.log()).not.toContain(key)
    })

    it.each([
      ['a program that shows what is behind it', {}],
      ['a browser that looks ahead', { ...byHand, 'sec-purpose': 'prefetch' }],
      ['a link on another page', { ...byHand, 'sec-fetch-site': 'cross-site' }],
    ])('does not use it up when it is asked for by %s; then it takes a press of a button', async (_, headers) => {
      const key = await link()
      expect(leadsTo(await jar.get(`/sign-in/link?key=${key}`, headers as Record<string, string>))).toBe(
        `303 /sign-in?link=${key}`,
      )
      expect((await jar.get('/api/v1/caller')).status).toBe(401)
      const head = await fetch(`${api.url}/sign-in/link?key=${key}`, {
        method: 'HEAD',
        headers: byHand,
        redirect: 'manual',
      })
      expect(head.status).toBe(404)
      expect(leadsTo(await jar.post('/sign-in/link', { key }, { from: `/sign-in?link=${key}` }))).toBe('303 /')
      expect((await whoAmI()).name).toBe('jane')
    })
  })
})

it('is slowed down for who tries many tokens', async () => {
  const { bench, api } = await openApi('sqlite')
  const jar = createJar(api.url)
  let last: Response | undefined
  for (let n = 0; n < 21; n++) last = await jar.post('/sign-in', { token: `zrt_${n}` })
  expect([last?.status, Number(last?.headers.get('retry-after')) > 0]).toEqual([429, true])
  expect(await last?.text()).toMatch(/too many attempts from this address/)
  await api.close()
  await bench.drop()
})
