/** How does the console come into the server? Its assets, its pages, its actions, and what it says when something is not possible. */
import formbody from '@fastify/formbody'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'
import { answerNothing, sayWhen } from '../http/answer.ts'
import { checkInput } from '../http/check-input.ts'
import { logFailure } from '../http/log-failure.ts'
import type { ServicePorts } from '../http/ports.ts'
import { problemOf, understood } from '../http/problem.ts'
import { addAssets } from './assets.ts'
import { leaveNotice } from './notice.ts'
import type { Action, Asked, Detour, Page, Shown } from './page.ts'
import { pages } from './pages.ts'
import { type Painter, painter } from './paint.ts'
import { backPath } from './paths.ts'
import { refusalPage } from './refusal-page.ts'

/** Ten thousand ids and a reason. */
const longestForm = 1 << 20

const guessesAMinute = { max: 20, timeWindow: 60_000 }

/** At the root of the server, beside the API. */
export async function addConsole(server: FastifyInstance, ports: ServicePorts): Promise<void> {
  const assets = await addAssets(server)
  await server.register(formbody, { bodyLimit: longestForm })
  server.setValidatorCompiler(checkInput)
  server.setSerializerCompiler(() => String)
  const paint = painter({ assets, ports, pages })
  server.setErrorHandler((error: FastifyError, request, reply) => answerFailure(error, { request, reply, paint }))
  server.setNotFoundHandler((request, reply) => {
    if (!/\btext\/html\b/.test(request.headers.accept ?? '')) return answerNothing(request, reply)
    const text = 'There is no such page. It may have been moved, or the address was not copied whole.'
    return paint(request, reply, refusalPage(problemOf(new Failure('bad_request', text), 404, request.id)))
  })
  for (const one of pages) {
    if (one.kind === 'page') addPage(server, one, { paint, ports })
    else if (one.kind === 'action') addAction(server, one, { ports })
    else addDetour(server, one, { ports })
  }
}

interface Tools {
  readonly paint: Painter
  readonly ports: ServicePorts
}

function optionsOf(
  { roles, params, limited }: Page | Action | Detour,
  parts: Readonly<Record<string, z.ZodType | undefined>>,
) {
  const schemas = Object.entries({ params, ...parts }).filter(([, schema]) => schema !== undefined)
  return {
    config: {
      ...(roles === null ? { asksWho: true as const } : { roles }),
      ...(limited === true ? { rateLimit: guessesAMinute } : {}),
    },
    schema: { hide: true, ...Object.fromEntries(schemas) },
  }
}

function askedOf(request: FastifyRequest, reply: FastifyReply, ports: ServicePorts): Asked<never, never> {
  const { params, query, caller } = request
  return { params: params as never, query: query as never, caller, ports, request, reply }
}

function addPage(server: FastifyInstance, page: Page, { paint, ports }: Tools): void {
  server.get(page.path, optionsOf(page, { querystring: page.query }), async (request, reply) => {
    const shown: Shown = await page.show(askedOf(request, reply, ports))
    return await paint(request, reply, {
      ...shown,
      nav: page.nav === null || typeof page.nav === 'string' ? page.nav : page.path,
    })
  })
}

function addAction(server: FastifyInstance, action: Action, { ports }: Pick<Tools, 'ports'>): void {
  server.post(action.path, optionsOf(action, { body: action.form }), async (request, reply) => {
    const form = request.body as never
    try {
      const { to, notice } = await action.run({ ...askedOf(request, reply, ports), form })
      if (notice !== undefined) leaveNotice(reply, { tone: 'done', text: notice })
      return await reply.redirect(to, 303)
    } catch (error) {
      const back = action.back?.({ params: request.params as never, form })
      return await tellAt(back, error, { request, reply })
    }
  })
}

/** Not for a HEAD: that looks only. */
function addDetour(server: FastifyInstance, detour: Detour, { ports }: Pick<Tools, 'ports'>): void {
  const options = { ...optionsOf(detour, { querystring: detour.query }), exposeHeadRoute: false }
  server.get(detour.path, options, async (request, reply) => {
    try {
      const { to, notice } = await detour.go(askedOf(request, reply, ports))
      if (notice !== undefined) leaveNotice(reply, { tone: 'done', text: notice })
      return await reply.redirect(to, 303)
    } catch (error) {
      return await tellAt(detour.back, error, { request, reply })
    }
  })
}

/** A refusal is told on the page where it can be put right. */
async function tellAt(
  back: string | undefined,
  error: unknown,
  { request, reply }: Pick<Asking, 'request' | 'reply'>,
): Promise<FastifyReply> {
  const { failure, status } = understood(error)
  if (status >= 500 || back === undefined) throw error
  if (failure.code === 'sign_in_refused') request.log.warn({ why: failure.message }, 'a sign-in was refused')
  leaveNotice(reply, { tone: 'refused', text: `${redact(failure.message)} ${problemOf(failure, status, '').hint}` })
  return await reply.redirect(back, 303)
}

interface Asking {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly paint: Painter
}

async function answerFailure(error: Error, { request, reply, paint }: Asking) {
  const { failure, status } = understood(error)
  if (status === 401) return await reply.redirect(`/sign-in?back=${encodeURIComponent(cameFrom(request))}`, 303)
  if (status >= 500) logFailure(request, failure)
  sayWhen(failure, status, reply)
  return await paint(request, reply, refusalPage(problemOf(failure, status, request.id)))
}

/** The page to come back to after the sign-in: this one, or the one whose form was sent. */
function cameFrom(request: FastifyRequest): string {
  if (request.method === 'GET') return backPath(request.url)
  const referer = URL.parse(request.headers.referer ?? '')
  return referer === null || referer.host !== request.host ? '/' : backPath(referer.pathname + referer.search)
}
