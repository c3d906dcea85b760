/** What happens to the browser when somebody signs in, and out? */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { actorOf } from '../actor.ts'
import type { AccessPorts } from '../ports.ts'
import { cookiesOf, dropSession, sessionIn, setSession } from './cookies.ts'

interface At {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly access: AccessPorts
}

/** Always with a new secret; a session that there was ends. */
export async function beginSession(at: At, secret: string): Promise<void> {
  await endSession(at)
  setSession(at.reply, at.access.settings, secret)
}

export async function endSession({ request, reply, access }: At): Promise<void> {
  const { caller } = request
  const old = sessionIn(request, cookiesOf(access.settings))
  if (old !== undefined && caller !== null) await access.sessions.signOut(old, actorOf(caller, request.id, null))
  dropSession(reply, access.settings)
}

const keptMs = 600_000

/** What a sign-in by an identity provider needs at its end: see oidc.ts. */
export function keepForOidc(reply: FastifyReply, { settings }: AccessPorts, kept: string): void {
  const { names, options } = cookiesOf(settings)
  reply.setCookie(names.oidc, kept, { ...options, maxAge: keptMs / 1000 })
}

/** Once. */
export function takeForOidc({ request, reply, access }: At): string | undefined {
  const { names, options } = cookiesOf(access.settings)
  reply.clearCookie(names.oidc, options)
  return request.cookies[names.oidc]
}

/** Whether a person has opened this address themselves: not another site, not a program that looks ahead, nor one that shows what is behind a link. */
export function isOpenedByHand({ headers }: FastifyRequest): boolean {
  return (
    headers['sec-fetch-site'] === 'none' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-purpose'] === undefined
  )
}
