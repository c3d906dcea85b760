/** What does a request without an answer mean? Errors of sockets and of undici → a Failure. */
import { Failure } from '../core/failure.ts'
import { factsOf, subjectOf } from './refusals.ts'
import { changes, type ZenodoRequest } from './requests.ts'

/** Errors from before the first byte was sent: nothing can have been carried out. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about in time',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped coming',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer was longer than any should be',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the answer was longer than any should be',
  TooLong: 'the answer took too long in all',
}

/** @param strike removes the token from a text: errors of HTTP libraries may quote the whole request. */
export function transportFailure(request: ZenodoRequest, error: unknown, strike: (text: string) => string): Failure {
  const code = codeOf(error)
  const ambiguous = changes(request) && !neverSent.has(code)
  const reason = words[code] ?? `the connection failed (${code})`
  return new Failure('zenodo_unavailable', `${subjectOf(request)}: ${reason}.`, {
    cause: withoutSecrets(error, strike),
    details: { ...factsOf(request), reason: code, ambiguous },
  })
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}

/** A copy, as the original may carry addresses and headers in properties of its own. */
function withoutSecrets(error: unknown, strike: (text: string) => string): Error {
  const copy = new Error(strike(error instanceof Error ? error.message : String(error)))
  copy.name = error instanceof Error ? error.name : 'Error'
  return copy
}
