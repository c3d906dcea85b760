/** Does somebody come in whom an identity provider knows, nobody else, and what do they read when it does not work? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { createBench } from '../db/setup.ts'
import { type Api, serveOn } from '../http/setup.ts'
import { type IdentityProvider, startProvider } from '../support/identity-provider.ts'
import { createJar, type Jar, leadsTo } from './jar.ts'

const publicUrl = 'https://console.example'
const secret = 'the-secret-of-the-client'
const session = '__Host-zenodo-replicator-session'
const people = {
  '0000-0002-1825-0097': { name: 'Josiah Carberry' },
  jane: { name: 'Jane (admin)', email: 'Jane@example.org', email_verified: true },
  joe: { name: 'Joe', email: 'jane@example.org', email_verified: false },
  librarian: { groups: ['library', 'staff'] },
  stranger: { name: 'Somebody', email: 'x@example.org', email_verified: true, groups: ['staff'] },
}
const roles = ['viewer: group library', 'curator: email jane@example.org', 'admin: subject 0000-0002-1825-0097']

describe('signing in by an identity provider', () => {
  let bench: Bench
  let api: Api
  let provider: IdentityProvider
  let jar: Jar
  const open = async (rules: readonly string[]) =>
    await serveOn(bench.url, {
      tokens: true,
      flags: {
        'server.publicUrl': publicUrl,
        'server.trustedProxies': ['127.0.0.1'],
        'server.oidc.issuer': provider.issuer,
        'server.oidc.clientId': 'replicator',
        'server.oidc.clientSecret': secret,
        'server.oidc.label': 'ORCID',
        'server.oidc.roles': rules,
      },
    })
  beforeAll(async () => {
    bench = await createBench('sqlite')
    const client = { id: 'replicator', secret, redirectUri: `${publicUrl}/sign-in/oidc/callback` }
    provider = await startProvider(people, client)
    api = await open(roles)
  })
  afterAll(async () => {
    await api.close()
    await provider.stop()
    await bench.drop()
  })
  let browsers = 0
  beforeEach(() => {
    provider.aheadSeconds = 0
    jar = createJar(api.url, `192.0.2.${++browsers}`)
  })
  const begin = async (back = '/audit') => {
    const answer = await jar.get(`/sign-in/oidc?back=${encodeURIComponent(back)}`)
    return answer.headers.get('location') ?? ''
  }
  /** As path and query of ours. */
  const through = async (person: string | null, back?: string) => {
    const place = await provider.signIn(await begin(back), person)
    expect(place.startsWith(`${publicUrl}/sign-in/oidc/callback?`)).toBe(true)
    return place.slice(publicUrl.length)
  }
  const whoAmI = async () => await (await jar.get('/api/v1/caller')).json()
  const refusal = async (answer: Response) => {
    expect(leadsTo(answer)).toBe('303 /sign-in')
    expect(jar.cookies.has(session)).toBe(false)
    return await (await jar.get('/sign-in')).text()
  }

  it.each([
    ['0000-0002-1825-0097', 'Josiah Carberry (0000-0002-1825-0097)', 'admin'],
    ['jane', 'Jane admin (jane)', 'curator'],
    ['librarian', 'librarian', 'viewer'],
  ])('%s comes in as who they are, with the role of the rules, where they wanted to go', async (person, name, role) => {
    expect(leadsTo(await jar.get(await through(person)))).toBe('303 /audit')
    expect(await whoAmI()).toEqual({ name, role, how: 'oidc' })
    const [entry] = (await api.call('/audit?action=session.start')).body.entries
    expect(entry).toMatchObject({ who: name, role, how: 'oidc' })
  })

  it('asks with PKCE, a state and a nonce, for the scopes that were set, and no secret', async () => {
    const { searchParams, origin } = new URL(await begin())
    expect(Object.fromEntries(searchParams)).toMatchObject({
      ...{
        client_id: 'replicator',
        response_type: 'code',
        code_challenge_method: 'S256',
        scope: 'openid email profile',
      },
      ...{ redirect_uri: `${publicUrl}/sign-in/oidc/callback`, state: expect.stringMatching(/^.{20,}/) },
      ...{ nonce: expect.stringMatching(/^.{20,}/), code_challenge: expect.stringMatching(/^.{43}$/) },
    })
    expect(origin).toBe(provider.issuer)
    expect(String(searchParams)).not.toContain(secret)
  })

  it.each([
    ['stranger', 'Somebody (stranger)'],
    ['joe', 'Joe (joe)'],
  ])('%s, of whom no rule speaks, does not, and reads whom to ask', async (person, name) => {
    const page = await refusal(await jar.get(await through(person)))
    expect(page).toContain(`You are known as ${name}`)
    expect(page).toContain('Ask an administrator')
  })

  it('who says no at the provider is told so, and can begin again', async () => {
    const page = await refusal(await jar.get(await through(null)))
    expect(page).toContain('ORCID says that you did not want to sign in, or may not.')
    expect(page).toContain('Sign in with ORCID')
  })

  it.each([
    ['another state', async (place: string) => place.replace(/state=[^&]+/, 'state=another')],
    ['no state', async (place: string) => place.replace(/&?state=[^&]+/, '')],
    ['another code', async (place: string) => place.replace(/code=[^&]+/, 'code=another')],
    ['no code', async (place: string) => place.replace(/code=[^&]+&?/, '')],
    ['another issuer', async (place: string) => place.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example')],
  ])('refuses an answer with %s', async (_, change) => {
    const page = await refusal(await jar.get(await change(await through('jane'))))
    expect(page).toMatch(/ORCID did not sign you in|did not say/)
    expect(page).toContain('Sign in with ORCID')
  })

  it.each(['nonce', 'verifier'] as const)('refuses an answer that belongs to another %s', async (part) => {
    const place = await through('jane')
    const name = '__Host-zenodo-replicator-oidc'
    const kept = JSON.parse(Buffer.from(jar.cookies.get(name) ?? '', 'base64url').toString())
    const changed = { ...kept, [part]: 'x'.repeat(43) }
    jar.cookies.set(name, Buffer.from(JSON.stringify(changed)).toString('base64url'))
    expect(await refusal(await jar.get(place))).toContain('ORCID did not sign you in')
  })

  it('takes an answer once, and only in the browser that asked: nobody is signed in as somebody else', async () => {
    const place = await through('jane')
    const victim = createJar(api.url)
    expect(leadsTo(await victim.get(place))).toBe('303 /sign-in')
    expect(await (await victim.get('/sign-in')).text()).toContain('It was not begun in this browser')
    const kept = [...jar.cookies]
    expect(leadsTo(await jar.get(place))).toBe('303 /audit')
    const thief = createJar(api.url)
    for (const [name, value] of kept) thief.cookies.set(name, value)
    expect(leadsTo(await thief.get(place))).toBe('303 /sign-in')
    expect(thief.cookies.has(session)).toBe(false)
  })

  it.each([
    ['nothing', 0, '303 /audit'],
    ['a little', -340, '303 /audit'],
    ['much', -600, '303 /sign-in'],
  ])(
    'when the clock of the provider is behind, so that what it says is over by %s, it counts or not',
    async (_, seconds, leads) => {
      provider.aheadSeconds = seconds
      expect(leadsTo(await jar.get(await through('jane')))).toBe(leads)
    },
  )

  it.each(['//evil.example', 'https://evil.example', '/.//evil.example'])(
    'never leads to another host: %j',
    async (back) => {
      expect(leadsTo(await jar.get(await through('jane', back)))).toBe('303 /')
    },
  )

  it('behind TLS, the cookies are for this host and TLS only, and browsers are told to stay with it', async () => {
    const answer = await jar.get(await through('jane'))
    const [cookie] = answer.headers.getSetCookie().filter((one) => one.startsWith(session))
    expect(cookie).toMatch(/^__Host-zenodo-replicator-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(answer.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}$/)
  })

  it('who is taken out of the rules is out with the next start, also in the middle of a session', async () => {
    await jar.get(await through('jane'))
    const other = await open(['viewer: subject jane'])
    const none = await open(['viewer: group library'])
    const ask = async ({ url }: Api) => {
      const later = createJar(url)
      later.cookies.set(session, jar.cookies.get(session) ?? '')
      const answer = await later.get('/api/v1/caller')
      return answer.status === 200 ? (await answer.json()).role : answer.status
    }
    expect([await ask(api), await ask(other), await ask(none)]).toEqual(['curator', 'viewer', 401])
    await other.close()
    await none.close()
  })

  it('when the provider is away, that is said, and it works again once it is back', async () => {
    const fresh = await open(roles)
    const asked = createJar(fresh.url)
    await provider.stop()
    expect(leadsTo(await asked.get('/sign-in/oidc'))).toBe('303 /sign-in')
    const page = await (await asked.get('/sign-in')).text()
    expect(page).toMatch(/ORCID did not sign you in \(\w+\).*Begin again/)
    expect(page).toContain('name="token"')
    await provider.restart()
    expect((await asked.get('/sign-in/oidc')).headers.get('location')).toContain(`${provider.issuer}/auth?`)
    await fresh.close()
  })

  it('no code, token, state or secret stands in the log, on a page, or in the database', async () => {
    const place = await through('jane')
    const { searchParams } = new URL(place, publicUrl)
    const secrets = [searchParams.get('code'), searchParams.get('state'), secret]
    const kept = JSON.parse(Buffer.from(jar.cookies.get('__Host-zenodo-replicator-oidc') ?? '', 'base64url').toString())
    secrets.push(kept.nonce, kept.verifier)
    await jar.get(place)
    secrets.push(jar.cookies.get(session) ?? 'none')
    await jar.get(place)
    const pages = [await (await jar.get('/sign-in')).text(), await (await jar.get('/audit')).text()]
    const rows = [await bench.db.knex('sessions'), await bench.db.knex('audit_log')]
    const all = api.log() + pages.join('') + JSON.stringify(rows)
    for (const one of secrets) expect(all.includes(String(one))).toBe(false)
    expect(all).not.toMatch(/eyJ[\w-]{10}/)
  })
})
