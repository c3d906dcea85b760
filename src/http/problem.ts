/** How is a refusal or a failure told over HTTP? As problem+json (RFC 9457), with a status from one table. */
import { STATUS_CODES } from 'node:http'
import { asFailure, Failure } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { redact } from '../core/redact.ts'
import { forged } from './access/same-site.ts'

/** What is not listed is a failure of ours. */
const statuses: Partial<Readonly<Record<FailureCode, number>>> = {
  bad_request: 400,
  token_required: 401,
  role_required: 403,
  forged_request: 403,
  sign_in_refused: 403,
  too_many_attempts: 429,
  copy_not_found: 404,
  message_not_found: 404,
  job_not_found: 404,
  file_not_found: 404,
  dataset_not_found: 404,
  action_refused: 409,
  file_not_there: 409,
  no_signing_token: 409,
  manifest_changed: 409,
  version_superseded: 409,
  copy_changed: 412,
  manifest_invalid: 422,
  nothing_to_enqueue: 422,
  database_unreachable: 503,
  schema_outdated: 503,
  schema_newer: 503,
}

/** Hints that speak of the command line, in words for callers of the API. */
const hints: Partial<Readonly<Record<FailureCode, string>>> = {
  bad_request: 'See /api/v1/openapi.json for what is accepted.',
  job_not_found: 'See GET /api/v1/jobs for the jobs there are.',
  dataset_not_found: 'See GET /api/v1/copies for the copies there are, with the DOIs of their datasets.',
  copy_not_found: 'See GET /api/v1/copies for the copies there are.',
  file_not_found: 'See GET /api/v1/copies/ID/files for the files of the copy.',
  action_refused: 'Look at the copy as it is now: its state says what can be done.',
  nothing_to_enqueue: 'Name the copy types, publish the version, or add files to the manifest.',
  schema_outdated: 'The operator has to run `zenodo-replicator migrate`.',
}

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly hint: string
  readonly requestId: string
  readonly [detail: string]: unknown
}

/** What a failure of ours tells outside: the log has the rest, which may name hosts and users. */
const ours = 'The service cannot do this now; its log says why, under the id of the request.'

function statusOf(failure: Failure): number {
  return statuses[failure.code] ?? 500
}

/** Anything thrown as a Failure, and the status it is answered with. */
export function understood(error: unknown): { readonly failure: Failure; readonly status: number } {
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown }
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  if (String(code).startsWith('FST_CSRF_')) return { failure: forged(), status: 403 }
  // what the server itself refuses, before a route sees it: too large, of an unknown kind, not readable
  if (!(error instanceof Failure) && error instanceof Error && isRefusal) {
    return { failure: new Failure('bad_request', `${error.message}.`.replace(/\.\.$/, '.')), status: statusCode }
  }
  const failure = asFailure(error)
  return { failure, status: statusOf(failure) }
}

export function problemOf(failure: Failure, status: number, requestId: string): Problem {
  const isOurs = status >= 500
  const { soFar } = failure.details
  return {
    ...(isOurs ? (soFar === undefined ? {} : { soFar }) : failure.details),
    type: `urn:zenodo-replicator:problem:${failure.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: isOurs ? ours : redact(failure.message),
    code: failure.code,
    hint: hints[failure.code] ?? failure.hint,
    requestId,
  }
}
