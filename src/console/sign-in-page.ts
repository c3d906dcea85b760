/** How does somebody come in, and leave? With a token, by an identity provider, or by a link that an operator made. */
import { html } from 'htm/preact'
import { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { callbackPath } from '../http/access/oidc.ts'
import { beginSession, endSession, isOpenedByHand, keepForOidc, takeForOidc } from '../http/access/sign-in.ts'
import type { AccessPorts } from '../http/ports.ts'
import { type Asked, action, anybody, detour, page } from './page.ts'
import { ActionForm, Field } from './parts/forms.ts'
import { backPath, withQuery } from './paths.ts'

const back = z.string().max(2000).optional()
const key = z.string().max(100)
/** By which nobody comes in: what follows after it is of no use. */
const signIn = '/sign-in'

function at({ request, reply, ports }: Pick<Asked<unknown, unknown>, 'request' | 'reply' | 'ports'>) {
  return { request, reply, access: ports.access }
}

export const signInPage = page({
  path: signIn,
  roles: anybody,
  nav: null,
  query: z.object({ back, link: key.optional() }),
  show: async ({ query, caller, ports: { access } }) => ({
    title: 'Sign in',
    live: false,
    body: html`${caller === null ? null : html`<p class="lead">You are signed in as ${caller.name} (${caller.role}).</p>`}
      ${query.link === undefined ? ways(access, backPath(query.back)) : byLink(query.link)}`,
  }),
})

function byLink(link: string) {
  return html`<p class="lead">This link signs you in, once.</p>
    <${ActionForm} to="/sign-in/link" label="Sign in" tone="primary" roles=${anybody} fields=${{ key: link }} />`
}

function ways({ settings: { oidc, proxyHeader } }: AccessPorts, to: string) {
  const provider = withQuery('/sign-in/oidc', { back: to })
  return html`
    ${oidc === null ? null : html`<p><a class="button primary" href=${provider} data-turbo="false" rel="nofollow">Sign in with ${oidc.label}</a></p>`}
    ${proxyHeader === null ? null : html`<p>Here people are signed in by the proxy in front of this service. It did not say who you are.</p>`}
    <${ActionForm} to=${signIn} label="Sign in" tone=${oidc === null ? 'primary' : 'plain'} roles=${anybody} fields=${{ back: to }}>
      <${Field} name="token" label="Token" type="password" required=${true} hint="An administrator makes one: zenodo-replicator token create NAME --role curator" />
    <//>`
}

export const signInAction = action({
  path: signIn,
  roles: anybody,
  limited: true,
  form: z.object({ token: z.string().trim().min(1).max(200), back }),
  back: ({ form }) => withQuery(signIn, { back: form.back === undefined ? undefined : backPath(form.back) }),
  run: async (asked) => {
    const { form, request, ports } = asked
    await beginSession(at(asked), await ports.access.sessions.byToken(form.token, request.id))
    return { to: backPath(form.back) }
  },
})

export const signOutAction = action({
  path: '/sign-out',
  roles: anybody,
  run: async (asked) => {
    await endSession(at(asked))
    return { to: signIn, notice: 'You are signed out.' }
  },
})

/** What an operator is given to open: whoever has it in hand comes in by it, once. */
export const linkDetour = detour({
  path: '/sign-in/link',
  roles: anybody,
  limited: true,
  query: z.object({ key }),
  back: signIn,
  go: async (asked) => {
    const { query, request, ports } = asked
    if (!isOpenedByHand(request)) return { to: withQuery(signIn, { link: query.key }) }
    await beginSession(at(asked), await ports.access.sessions.byLink(query.key, request.id))
    return { to: '/' }
  },
})

export const linkAction = action({
  path: '/sign-in/link',
  roles: anybody,
  limited: true,
  form: z.object({ key }),
  back: () => signIn,
  run: async (asked) => {
    const { form, request, ports } = asked
    await beginSession(at(asked), await ports.access.sessions.byLink(form.key, request.id))
    return { to: '/' }
  },
})

export const oidcDetour = detour({
  path: '/sign-in/oidc',
  roles: anybody,
  limited: true,
  query: z.object({ back }),
  back: signIn,
  go: async ({ query, reply, ports }) => {
    const { to, kept } = await oidcOf(ports.access).begin(backPath(query.back))
    keepForOidc(reply, ports.access, kept)
    return { to }
  },
})

export const oidcCallbackDetour = detour({
  path: callbackPath,
  roles: anybody,
  limited: true,
  query: z.looseObject({}),
  back: signIn,
  go: async (asked) => {
    const { request, ports } = asked
    const kept = takeForOidc(at(asked))
    const { identity, back: to } = await oidcOf(ports.access).finish(
      new URL(request.url, 'http://here.invalid').search,
      kept,
    )
    await beginSession(at(asked), await ports.access.sessions.byIdentity(identity, request.id))
    return { to: backPath(to) }
  },
})

function oidcOf({ oidc }: AccessPorts) {
  if (oidc !== null) return oidc
  throw new Failure('sign_in_refused', 'No identity provider is configured here.')
}
