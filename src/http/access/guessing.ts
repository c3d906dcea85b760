/** How are those slowed down who guess tokens? After some wrong ones, an address is heard again a while later. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../../core/failure.ts'
import { hashOf } from '../../replication/secrets.ts'

const window = 60_000
/** Wrong ones of an address in a window. */
const mostWrong = 20
/** So many tokens that were right are remembered. */
const mostKnown = 1000

export interface Guessing {
  /** @throws Failure `too_many_attempts`, before anything is looked up */
  requireCalm(request: FastifyRequest, token: string): Promise<void>
  right(token: string): void
  wrong(request: FastifyRequest): Promise<void>
}

/** Where `@fastify/rate-limit` is registered. */
export function createGuessing(server: FastifyInstance): Guessing {
  const limit = server.createRateLimit({ max: mostWrong, timeWindow: window })
  // behind one address there are many: those who call with a token that was right are heard still
  const known = new Set<string>()
  return {
    requireCalm: async (request, token) => {
      if (known.has(hashOf(token))) return
      const seen = await limit(request, { increment: false })
      if (!seen.isAllowed && seen.remaining === 0) throw tooMany(seen.ttlInSeconds)
    },
    right: (token) => {
      if (known.size >= mostKnown) known.clear()
      known.add(hashOf(token))
    },
    wrong: async (request) => {
      await limit(request)
    },
  }
}

export function tooMany(seconds: number): Failure {
  const text = `There were too many attempts from this address. Try again in ${seconds} seconds.`
  return new Failure('too_many_attempts', text, { details: { retryAfterSeconds: seconds } })
}
