/** What does a refusal mean? Verb × status × body of an answer → a Failure that says what a person can do. */
import { Failure, type FailureOptions } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { redact } from '../core/redact.ts'
import { type ErrorBody, errorBodyOf, fieldsInWords } from './error-body.ts'
import { headerOf, retryAfterOf } from './rate-headers.ts'
import { changes, type Verb, type ZenodoRequest } from './requests.ts'
import { type Answer, isJson } from './responses.ts'

interface Meaning {
  readonly code: FailureCode
  /** Said after what Zenodo said. */
  readonly remark?: string
  readonly retryAfterMs?: number
  readonly details?: Readonly<Record<string, unknown>>
}

/** Front-end blocks ("unusual traffic") go away by themselves in minutes (zenodo/zenodo-docs-user#180). */
const blockedMs = 300_000

/** The Failure for an answer that is not a success. */
export function refusalOf(request: ZenodoRequest, answer: Answer, wallMs: number): Failure {
  const body = errorBodyOf(answer)
  const meaning = meaningOf(request, answer, body)
  const retryAfterMs = retryAfterOf(answer, wallMs) ?? meaning.retryAfterMs
  const said = [body.message, fieldsInWords(body.fields)].filter((part) => part !== '').join(' ')
  const remark = meaning.remark === undefined ? '' : ` ${meaning.remark}`
  const options: FailureOptions = {
    details: { ...factsOf(request, answer), ...extraOf(answer, body), ...meaning.details },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
  return new Failure(
    meaning.code,
    redact(`${subjectOf(request)}: Zenodo answered ${answer.status}${said ? `: ${said}` : '.'}${remark}`),
    options,
  )
}

const doing: Readonly<Record<Verb, string>> = {
  probe: 'Checking the access to Zenodo',
  get: 'Reading',
  list: 'Listing the depositions of the account',
  create: 'Creating a deposition',
  put_metadata: 'Writing the metadata of',
  new_version: 'Starting the next version of',
  reopen: 'Opening for editing:',
  publish: 'Publishing',
  discard: 'Discarding the draft of',
  remove_file: 'Removing',
  upload: 'Sending',
  join_communities: 'Asking communities to take',
}

/** What was tried, on which thing. */
export function subjectOf(request: ZenodoRequest): string {
  const { deposition, file } = request.about
  const parts = [
    doing[request.verb],
    file === undefined ? '' : `"${file}" of`,
    deposition === undefined ? '' : `deposition ${deposition}`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** What every Failure of a call knows. */
export function factsOf(request: ZenodoRequest, answer?: Answer): Record<string, unknown> {
  const requestId = answer === undefined ? null : headerOf(answer.headers, 'x-request-id')
  return {
    verb: request.verb,
    ...(request.about.deposition === undefined ? {} : { deposition: request.about.deposition }),
    ...(request.about.file === undefined ? {} : { file: request.about.file }),
    ...(answer === undefined ? {} : { status: answer.status }),
    ...(requestId === null ? {} : { requestId: redact(requestId, 200) }),
  }
}

function extraOf(answer: Answer, body: ErrorBody): Record<string, unknown> {
  return {
    ...(answer.status >= 400 && body.fields.length > 0 ? { fields: body.fields } : {}),
    ...(body.errorId === null ? {} : { errorId: body.errorId }),
  }
}

function meaningOf(request: ZenodoRequest, answer: Answer, body: ErrorBody): Meaning {
  const { status } = answer
  if (status >= 500 || status === 408) return { code: 'zenodo_unavailable', details: { ambiguous: changes(request) } }
  if (status === 429) return { code: 'zenodo_rate_limited' }
  if (status === 401) return { code: 'zenodo_token_refused' }
  if (status === 403) return forbidden(request, answer)
  if (status === 404 || status === 410) return missing(request, answer)
  if (status >= 300 && status < 400) return { code: 'zenodo_unexpected_answer', remark: 'Check zenodo.url.' }
  if (request.verb === 'upload' || request.verb === 'remove_file') return refusedFile(status, body)
  return status === 400 ? refusedContent(request, body) : { code: 'zenodo_refused' }
}

function forbidden(request: ZenodoRequest, answer: Answer): Meaning {
  if (request.verb === 'probe') return { code: 'zenodo_token_refused' }
  if (!isJson(answer)) {
    return { code: 'zenodo_unavailable', remark: 'Its front end blocks us for now.', retryAfterMs: blockedMs }
  }
  const { state } = request.about
  // files of published records are closed, unless Zenodo has granted otherwise (zenodo-rdm permissions)
  if (state === 'inprogress' || state === 'done') return { code: 'zenodo_files_locked' }
  if (request.verb !== 'new_version') return { code: 'zenodo_forbidden' }
  // zenodo/zenodo#2536
  return { code: 'zenodo_forbidden', remark: 'A record whose DOI is not of Zenodo cannot have new versions there.' }
}

/** Which of Zenodo's 404 texts comes tells nothing, so the verb alone decides. */
function missing(request: ZenodoRequest, answer: Answer): Meaning {
  const code = 'zenodo_deposition_missing'
  if (request.verb === 'list' || request.verb === 'create' || request.verb === 'probe') {
    return { code: 'zenodo_unexpected_answer', remark: noSuchApi(request) }
  }
  // a page of the front end says nothing about what Zenodo holds
  if (!isJson(answer)) return { code: 'zenodo_unavailable', details: { ambiguous: changes(request) } }
  // a second publish answers 404 (zenodo-rdm test_rest_api_simpleflow), so an earlier one may have come through
  if (request.verb === 'publish') {
    return { code, remark: 'It is gone, or already published.', details: { ambiguous: true } }
  }
  return { code, remark: 'It is gone, or has no open draft.' }
}

/** Other InvenioRDM repositories than Zenodo have no deposit API. */
function noSuchApi({ url }: ZenodoRequest): string {
  if (!new URL(url).pathname.includes('/deposit/')) return 'Check zenodo.url.'
  return 'Check zenodo.url, or set zenodo.api to records, if this is an InvenioRDM repository other than Zenodo.'
}

function refusedContent(request: ZenodoRequest, body: ErrorBody): Meaning {
  const fields = body.fields.map((entry) => entry.field)
  if (request.verb === 'new_version') return newVersionRefused(fields)
  const aboutFiles = fields.length > 0 && fields.every((field) => field === 'files' || field.startsWith('files.'))
  if (aboutFiles) return { code: 'verification_failed' }
  if (request.verb === 'publish' && filesKnown(body)) return { code: 'zenodo_files_known' }
  if (request.verb === 'publish' && doiTaken(body)) return { code: 'zenodo_doi_taken' }
  // without fields a publish was refused for another reason, such as a blocked account
  if (request.verb === 'publish' && fields.length === 0) return { code: 'zenodo_refused' }
  return { code: 'zenodo_refused_metadata' }
}

/** Without a field, so the sentence decides (zenodo/zenodo modules/deposit/errors.py, before October 2023). */
function filesKnown({ fields }: ErrorBody): boolean {
  return fields.some(({ messages }) => messages.some((text) => /files must differ from all previous/i.test(text)))
}

/** Of several things wrong with a DOI, the sentence tells which (invenio-rdm-records, pids). */
function doiTaken({ fields }: ErrorBody): boolean {
  return fields.some(
    ({ field, messages }) => field === 'pids.doi' && messages.some((text) => /already exists/i.test(text)),
  )
}

/** "Please remove all files first." means that the next version is open already (google/langextract#461). */
function newVersionRefused(fields: readonly string[]): Meaning {
  return { code: fields.includes('files.enabled') ? 'zenodo_draft_exists' : 'zenodo_refused' }
}

/**
 * Zenodo gives these refusals no code, only a sentence each (invenio-files-rest, invenio-records-resources), so here, and
 * only here, the sentence decides. One that we do not know is a refusal of the file.
 */
const fileRefusals: ReadonlyArray<readonly [RegExp, FailureCode]> = [
  [/quota exceeded/i, 'zenodo_quota_exceeded'],
  [/maximum file size/i, 'file_too_large'],
  [/max amount per record/i, 'too_many_files'],
  [/filename is too long/i, 'name_not_accepted'],
  [/(smaller|bigger) than expected/i, 'stored_differently'],
  [/transfer failed/i, 'zenodo_unavailable'],
]

function refusedFile(status: number, body: ErrorBody): Meaning {
  if (status === 413) return { code: 'zenodo_refused_file', remark: 'The file is too large.' }
  if (status !== 400) return { code: 'zenodo_refused' }
  const said = [body.message, fieldsInWords(body.fields)].join(' ')
  return { code: fileRefusals.find(([pattern]) => pattern.test(said))?.[1] ?? 'zenodo_refused_file' }
}
