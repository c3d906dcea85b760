/** Does a request that changes something come from a page of ours? What browsers say of it by themselves, and a value that only our pages know. */
import csrf from '@fastify/csrf-protection'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../../core/failure.ts'
import { type Cookies, cookiesOf, sessionIn } from './cookies.ts'
import type { AccessSettings } from './settings.ts'

/** The field of forms; in other bodies the header `csrf-token`. */
const formField = '_csrf'

const safe: readonly string[] = ['GET', 'HEAD', 'OPTIONS']

/** Before the routes. */
export async function addSameSite(server: FastifyInstance, settings: AccessSettings, cookies: Cookies): Promise<void> {
  await server.register(csrf, {
    cookieKey: cookies.names.form,
    cookieOpts: cookies.options,
    getUserInfo: (request) => boundTo(request, cookies),
    // no secret: what the values are bound to is one, and it is the same after a restart and in every process
    csrfOpts: { hmacKey: 'zenodo-replicator' },
    logLevel: 'info',
  })
  server.addHook('onRequest', async (request) => {
    if (isChecked(request) && !isFromHere(request, settings)) throw forged()
  })
  server.addHook('preValidation', (request, reply, done) => {
    if (!isChecked(request)) return done()
    server.csrfProtection(request, reply, () => {
      const { body } = request
      if (typeof body === 'object' && body !== null) Reflect.deleteProperty(body, formField)
      done()
    })
  })
}

/** For a form of this person: see `formField`. */
export function formToken(request: FastifyRequest, reply: FastifyReply, settings: AccessSettings): string {
  return reply.generateCsrf({ userInfo: boundTo(request, cookiesOf(settings)) })
}

/** To the session, so that nobody gets by with a cookie and a value of their own. */
function boundTo(request: FastifyRequest, cookies: Cookies): string {
  return sessionIn(request, cookies) ?? `${request.caller?.how ?? ''}:${request.caller?.name ?? ''}`
}

/** A browser adds no bearer token by itself, so nobody can have it call with one who does not know it. */
function isChecked({ method, caller, is404 }: FastifyRequest): boolean {
  return !is404 && !safe.includes(method) && caller?.how !== 'token'
}

/** @see https://web.dev/articles/fetch-metadata: on plain HTTP browsers say the origin only */
function isFromHere({ headers }: FastifyRequest, { publicUrl }: AccessSettings): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  if (origin === undefined) return true
  if (publicUrl !== '') return origin === new URL(publicUrl).origin
  return URL.canParse(origin) && new URL(origin).host === headers.host
}

export function forged(): Failure {
  return new Failure(
    'forged_request',
    'This did not come from a page of this service that is still good. Nothing was done.',
  )
}
