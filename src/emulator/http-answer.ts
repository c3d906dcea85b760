/** What the emulator says: the shapes of an answer, and the errors that become one. */
import type { Readable } from 'node:stream'

/** Header names and values as Node writes them. */
export type Headers = Readonly<Record<string, string | number>>

/** One answer, not yet sent. */
export type Answer =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown; readonly headers?: Headers }
  | { readonly kind: 'text'; readonly status: number; readonly body: string; readonly headers?: Headers }
  | { readonly kind: 'empty'; readonly status: number; readonly headers?: Headers }
  | { readonly kind: 'bytes'; readonly status: number; readonly open: () => Readable; readonly headers: Headers }

/** One entry of `errors` in a validation answer: a dotted path and what is wrong there. */
export interface FieldError {
  readonly field: string
  readonly messages: readonly string[]
}

/** A refusal that the emulator answers with `status` and the JSON error body of Zenodo. */
export class HttpError extends Error {
  readonly status: number
  readonly errors: readonly unknown[] | undefined
  readonly headers: Headers

  constructor(status: number, message: string, extra: { errors?: readonly unknown[]; headers?: Headers } = {}) {
    super(message)
    this.status = status
    this.errors = extra.errors
    this.headers = extra.headers ?? {}
  }
}

/** The peer went away before its request was complete; there is nobody to answer. */
export class ConnectionLost extends Error {}

/** A JSON answer. */
export function json(status: number, body: unknown, headers: Headers = {}): Answer {
  return { kind: 'json', status, body, headers }
}

/** 204 without a body. */
export const noContent: Answer = { kind: 'empty', status: 204 }

/** A page for people. */
export function html(status: number, body: string): Answer {
  return { kind: 'text', status, body, headers: { 'content-type': 'text/html; charset=utf-8' } }
}

/** The JSON error body of a refusal; `errors` is present on validation problems only (invenio-records-resources errors). */
export function errorAnswer(error: HttpError): Answer {
  const body = {
    status: error.status,
    message: error.message,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  }
  return json(error.status, body, error.headers)
}

/** 400 with field errors. */
export function invalid(...errors: readonly FieldError[]): HttpError {
  return new HttpError(400, 'A validation error occurred.', { errors })
}

/** 400 for one field with one message. */
export function invalidField(field: string, message: string): HttpError {
  return invalid({ field, messages: [message] })
}

/** 400 for an id that a vocabulary does not hold; it carries no `errors` (invenio-rdm-records InvalidRelationValue). */
export function unknownValue(id: string): HttpError {
  return new HttpError(400, `Invalid value ${id}.`)
}

/** The 403 of every permission problem. */
export function forbidden(): HttpError {
  return new HttpError(403, 'Permission denied.')
}

/** 403 for file changes on a published record in edit (invenio-files-rest). */
export function bucketLocked(): HttpError {
  return new HttpError(403, 'Bucket is locked for modifications.')
}

/** 404 with one of the texts Zenodo uses; clients must decide by the status. */
export function notFound(message = 'Not found.'): HttpError {
  return new HttpError(404, message)
}

/** 404 for an id that never existed. */
export function unknownPid(): HttpError {
  return notFound('The persistent identifier does not exist.')
}

/** The 500 that Zenodo gives when its code meets input it did not expect. */
export function serverError(): HttpError {
  return new HttpError(
    500,
    'The server encountered an internal error and was unable to complete your request. ' +
      'Either the server is overloaded or there is an error in the application.',
  )
}
