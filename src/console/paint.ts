/** How does what a page shows become an answer? Within the frame that all pages share. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { formToken } from '../http/access/same-site.ts'
import type { ServicePorts } from '../http/ports.ts'
import type { Assets } from './assets.ts'
import { documentOf, type Entry } from './layout.ts'
import { takeNotice } from './notice.ts'
import type { Action, Detour, Page, Shown } from './page.ts'
import { readStrip, type Strip } from './strip.ts'
import { themeOf } from './theme.ts'
import type { View } from './view.ts'

export type Painter = (
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown & { readonly nav: string | null },
) => Promise<FastifyReply>

interface Tools {
  readonly assets: Assets
  readonly ports: ServicePorts
  readonly pages: readonly (Page | Action | Detour)[]
}

export function painter({ assets, ports, pages }: Tools): Painter {
  const entries = pages.filter((one) => one.kind === 'page').flatMap(entryOf)
  const signOut = pages.some(({ kind, path }) => kind === 'action' && path === '/sign-out')
  return async (request, reply, { title, body, status = 200, live = true, nav: under }) => {
    const { caller } = request
    const view: View = {
      caller,
      now: Date.now(),
      csrf: formToken(request, reply, ports.access.settings),
      at: request.url,
    }
    const strip = caller === null ? null : await readStrip(ports).catch(unknownHealth)
    const nav = entries.filter(({ roles }) => caller !== null && (roles === null || roles.includes(caller.role)))
    const frame = { view, title, live, nav, under, strip, assets, signOut }
    const notice = takeNotice(request, reply)
    const text = documentOf({ ...frame, theme: themeOf(request), notice }, body)
    return await reply.code(status).type('text/html; charset=utf-8').send(text)
  }
}

function entryOf({ nav, path, roles }: Page): Array<Entry & Pick<Page, 'roles'>> {
  return nav === null || typeof nav === 'string' ? [] : [{ ...nav, path, roles }]
}

/** A page that says what is wrong must come also when the database does not answer. */
function unknownHealth(): Strip {
  return { tone: 'bad', lines: ['The database does not answer, so it cannot be told how the service is.'] }
}
