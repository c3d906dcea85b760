/** What stands in the log of a request that the service could not answer? */
import type { FastifyRequest } from 'fastify'
import type { Failure } from '../core/failure.ts'

/** A stack only of what nobody foresaw. */
export function logFailure(request: FastifyRequest, { code, message: why, cause }: Failure): void {
  const stack = code === 'internal_error' && cause instanceof Error ? cause.stack : undefined
  request.log.error({ code, why, stack }, 'request failed')
}
