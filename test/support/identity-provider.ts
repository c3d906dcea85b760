/** An identity provider as there are many, on this host: the people it knows sign in with their name, by its own forms. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { createJar, type Jar } from '../console/jar.ts'

export interface Person {
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly groups?: readonly string[]
}

export interface IdentityProvider {
  readonly issuer: string
  /** How far its clock is ahead when it says who somebody is. That is good for five minutes. */
  aheadSeconds: number
  /** Takes a browser from where our service sent it, through the forms, to where the provider sends it back. */
  signIn(to: string, person: string | null): Promise<string>
  stop(): Promise<void>
  restart(): Promise<void>
}

export interface ClientOfProvider {
  readonly id: string
  readonly secret: string
  readonly redirectUri: string
}

export async function startProvider(
  people: Readonly<Record<string, Person>>,
  { id, secret, redirectUri }: ClientOfProvider,
): Promise<IdentityProvider> {
  const server = createServer()
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const me = { aheadSeconds: 0 }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: id,
        client_secret: secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) as never }),
    cookies: { keys: ['test'] },
    ttl: { IdToken: 300, AccessToken: 3600, Grant: 600, Interaction: 600, Session: 600 },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    const { now } = Date
    if (me.aheadSeconds !== 0 && request.url === '/token') {
      Date.now = () => now() + me.aheadSeconds * 1000
      response.on('finish', () => {
        Date.now = now
      })
    }
    void answer(request, response)
  })
  return Object.assign(me, {
    issuer,
    signIn: (to: string, person: string | null) => walk(createJar(issuer), { to, issuer, person }),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    restart: () => listen(server, port),
  })
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
}

async function walk(
  jar: Jar,
  { to, issuer, person }: { readonly to: string; readonly issuer: string; readonly person: string | null },
): Promise<string> {
  let place = to
  for (let step = 0; step < 12 && place.startsWith(issuer); step++) {
    const answer = await jar.get(place)
    const next = answer.status === 200 ? await press(jar, await answer.text(), person) : answer
    place = new URL(next.headers.get('location') ?? 'nowhere:', place).href
  }
  return place
}

/** The one form of the page, or the link by which one says no. */
async function press(jar: Jar, page: string, person: string | null): Promise<Response> {
  const [, no] = /href="([^"]+\/abort)"/.exec(page) ?? []
  if (person === null) return await jar.get(no ?? '')
  const [, action = ''] = /<form[^>]+action="([^"]+)"/.exec(page) ?? []
  const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page) ?? []
  return await jar.post(action, { prompt, login: person, password: 'any' }, { bare: true })
}
