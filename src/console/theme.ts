/** Light or dark? As the system has it, unless a person chose; kept in a cookie, so that the page comes in the right colours. */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { action, anybody } from './page.ts'
import { backPath } from './paths.ts'

const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const themeSchema = z.enum(themes)
const aYear = 365 * 24 * 3600

export function themeOf(request: FastifyRequest): Theme {
  return themeSchema.catch('system').parse(request.cookies.theme)
}

export const themeAction = action({
  path: '/theme',
  roles: anybody,
  form: z.object({ theme: themeSchema, back: z.string().optional() }),
  run: async ({ form, reply }) => {
    reply.setCookie('theme', form.theme, { path: '/', maxAge: aYear, httpOnly: true, sameSite: 'lax' })
    return { to: backPath(form.back) }
  },
})
