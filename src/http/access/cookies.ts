/** Which cookies does the service set, and how are they kept from others? */
import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AccessSettings, isBehindTls } from './settings.ts'

export interface Cookies {
  readonly names: { readonly session: string; readonly form: string; readonly oidc: string }
  readonly options: CookieSerializeOptions & { readonly path: '/' }
}

/**
 * Lax, not strict: who follows a link from a mail is still signed in. Behind TLS the names begin with `__Host-`: then no other host, also not
 * one of the same domain, can set them.
 */
export function cookiesOf(settings: AccessSettings): Cookies {
  const secure = isBehindTls(settings)
  const named = (name: string) => `${secure ? '__Host-' : ''}zenodo-replicator-${name}`
  return {
    names: { session: named('session'), form: named('form'), oidc: named('oidc') },
    options: { path: '/', httpOnly: true, sameSite: 'lax', secure },
  }
}

export function sessionIn(request: FastifyRequest, { names }: Cookies): string | undefined {
  const secret = request.cookies[names.session]
  return secret !== undefined && /^[\w-]{43}$/.test(secret) ? secret : undefined
}

/** Of the browser's session: it forgets it when it is closed, we do so before. */
export function setSession(reply: FastifyReply, settings: AccessSettings, secret: string): void {
  const { names, options } = cookiesOf(settings)
  reply.setCookie(names.session, secret, options)
}

export function dropSession(reply: FastifyReply, settings: AccessSettings): void {
  const { names, options } = cookiesOf(settings)
  reply.clearCookie(names.session, options)
}
