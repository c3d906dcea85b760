/** How does a refusal or a failure leave the server? As problem+json, with the headers that go with its status. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../core/failure.ts'
import { problemOf } from './problem.ts'

export function answer(
  failure: Failure,
  status: number,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
) {
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="zenodo-replicator"')
  sayWhen(failure, status, reply)
  const problem = JSON.stringify(problemOf(failure, status, request.id))
  return reply.code(status).type('application/problem+json').send(problem)
}

/** To who comes too early. */
export function sayWhen({ details }: Failure, status: number, reply: FastifyReply): void {
  if (status === 503) reply.header('retry-after', '5')
  if (status === 429) reply.header('retry-after', String(details.retryAfterSeconds ?? 60))
}

export function answerNothing(request: FastifyRequest, reply: FastifyReply) {
  const text = `There is nothing at ${request.method} ${pathOf(request)}.`
  return answer(new Failure('bad_request', text), 404, { request, reply })
}

/** A query may hold what somebody took for a place of secrets. */
export function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? ''
}
