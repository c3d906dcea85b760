/** How is what came of an action told on the next page, once? In a cookie that the next page takes away. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

const noticeSchema = z.object({ tone: z.enum(['done', 'refused']), text: z.string().max(1000) })
export type Notice = z.output<typeof noticeSchema>

const name = 'notice'
const kept = { path: '/', httpOnly: true, sameSite: 'lax' } as const

export function leaveNotice(reply: FastifyReply, { tone, text }: Notice): void {
  reply.setCookie(name, JSON.stringify({ tone, text: text.slice(0, 800) }), { ...kept, maxAge: 60 })
}

/** @returns null when there is none. A page that only refreshes itself leaves it to the one that a person opens. */
export function takeNotice(request: FastifyRequest, reply: FastifyReply): Notice | null {
  const text = request.cookies[name]
  if (text === undefined || request.headers['x-refresh'] !== undefined) return null
  reply.clearCookie(name, kept)
  return parse(text)
}

function parse(text: string): Notice | null {
  try {
    return noticeSchema.parse(JSON.parse(text))
  } catch {
    // not one of ours
    return null
  }
}
