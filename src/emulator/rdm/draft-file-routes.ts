/** How do files get into a draft by the records API? In three steps: announced, sent, committed. */
import { downloadAnswer } from '../download.ts'
import { removeFile, requireFile, requireRoom, storeUpload } from '../file-rules.ts'
import { type Answer, HttpError, invalidField, json, noContent, notFound } from '../http-answer.ts'
import { isObject } from '../metadata/field-reader.ts'
import { type PendingFile, timestamp } from '../records-model.ts'
import { type RequestContext, readJson, requireAccount, unsupportedType } from '../request-context.ts'
import { findEntry, type OwnDraft, type Resolved, requireManager, writableDraft } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import { draftFile, draftFiles } from './draft-file-json.ts'
import { requireUnlocked } from './draft-routes.ts'
import { resourceAccess } from './resource-access.ts'

/** Routes of the files of a draft. A key may hold slashes. */
export const draftFileRoutes: readonly Route[] = [
  { path: '/api/records/:id/draft/files', methods: { GET: list, POST: init, DELETE: removeAll }, hasNative: true },
  {
    path: '/api/records/:id/draft/files/:rest+',
    methods: { GET: read, PUT: content, POST: commit, DELETE: remove },
    hasNative: true,
  },
]

function list(context: RequestContext): Answer {
  return json(200, draftFiles(context, readable(context)))
}

function read(context: RequestContext): Answer {
  const { key, tail } = keyOf(context)
  const draft = tail === 'content' && mayReadByToken(context, key) ? draftOf(context) : readable(context)
  if (tail === 'content') return downloadAnswer(context, requireFile(draft.edition.bucket.files, draft.entry.id, key))
  const entry = draftFile(context, draft, key)
  if (!entry || tail !== null) throw missing(context, key)
  return json(200, entry)
}

/** Step one. Whoever sends chunked JSON sends none, as far as the application sees (zenodo-cli c37516c). */
async function init(context: RequestContext): Promise<Answer> {
  const body = context.body.declaredBytes === 0 ? [] : await readJson(context)
  const draft = writable(context)
  if (!Array.isArray(body)) throw invalidField('0._schema', 'Invalid input type.')
  if (body.length === 0) throw invalidField('_schema', 'No files to upload.')
  const { bucket } = draft.edition
  for (const element of body) {
    const key = isObject(element) ? element.key : undefined
    if (typeof key !== 'string' || key === '') throw invalidField('key', 'Missing data for required field.')
    if ([...bucket.files, ...bucket.pending].some((file) => file.key === key)) {
      throw new HttpError(400, `File with key ${key} already exists.`)
    }
    requireRoom(context, bucket, { key, sizeBytes: 1 })
    const now = timestamp()
    bucket.pending = [...bucket.pending, { key, created: now, updated: now, stored: null }]
  }
  await context.store.commit(draft.family, draft.entry)
  return json(201, draftFiles(context, draft))
}

/** Step two; may be repeated until the commit. */
async function content(context: RequestContext): Promise<Answer> {
  const type = context.header('content-type')
  if (type !== undefined && type !== 'application/octet-stream') throw unsupportedType('application/octet-stream')
  const { key, tail } = keyOf(context)
  if (tail !== 'content') throw notFound()
  pendingIn(writable(context), key)
  const upload = { key, sizeBytes: context.body.declaredBytes, chunks: context.body.chunks() }
  if (upload.sizeBytes > 0) requireRoom(context, writable(context).edition.bucket, upload)
  await storeUpload(context, upload, (stored) => {
    const draft = writable(context)
    const before = pendingIn(draft, key)
    replacePending(draft, { ...before, updated: timestamp(), stored })
    return { ...draft, replaced: before.stored ? [before.stored] : [] }
  })
  return json(200, draftFile(context, writable(context), key))
}

/** Step three: only now it is a file of the draft. */
async function commit(context: RequestContext): Promise<Answer> {
  const { key, tail } = keyOf(context)
  if (tail !== 'commit') throw notFound()
  const draft = writable(context)
  const { stored } = pendingIn(draft, key)
  if (stored === null || (stored.sizeBytes === 0 && context.settings.emptyFiles === 'refused')) {
    throw new HttpError(
      400,
      stored === null ? 'The file upload transfer failed, please try again.' : 'Empty files are not accepted.',
    )
  }
  const { bucket } = draft.edition
  bucket.pending = bucket.pending.filter((file) => file.key !== key)
  bucket.files = [...bucket.files, stored]
  await context.store.commit(draft.family, draft.entry)
  return json(200, draftFile(context, draft, key))
}

async function remove(context: RequestContext): Promise<Answer> {
  const { key, tail } = keyOf(context)
  if (tail !== null) throw notFound()
  const draft = writable(context)
  if (!draftFile(context, draft, key)) throw missing(context, key)
  await drop(context, draft, key)
  return noContent
}

async function removeAll(context: RequestContext): Promise<Answer> {
  const draft = writable(context)
  const { files, pending } = draft.edition.bucket
  for (const { key } of [...files, ...pending]) await drop(context, draft, key)
  return noContent
}

async function drop(context: RequestContext, draft: OwnDraft, key: string): Promise<void> {
  const { bucket } = draft.edition
  const waiting = bucket.pending.find((file) => file.key === key)
  bucket.pending = bucket.pending.filter((file) => file.key !== key)
  const stored = bucket.files.find((file) => file.key === key)
  if (stored) await removeFile(context, { ...draft, kind: 'draft' }, stored)
  else await context.store.commit(draft.family, draft.entry, waiting?.stored ? [waiting.stored] : [])
}

function readable(context: RequestContext): Resolved {
  const draft = draftOf(context)
  requireManager(requireAccount(context), draft.family)
  return draft
}

function draftOf(context: RequestContext): Resolved {
  const { family, entry } = findEntry(context)
  if (!entry.draft) throw notFound()
  return { family, entry, edition: entry.draft, isDraft: true }
}

/** The token in the query is looked at first, whoever asks. */
function mayReadByToken(context: RequestContext, key: string): boolean {
  const right = resourceAccess(context)
  if (right === null) return false
  const { family } = draftOf(context)
  return right.signer === family.ownerId && right.record === context.params.id && right.file === key
}

function writable(context: RequestContext): OwnDraft {
  return requireUnlocked(context, writableDraft(context, 'deposit:write'))
}

function pendingIn({ entry, edition }: Resolved, key: string): PendingFile {
  const found = edition.bucket.pending.find((file) => file.key === key)
  if (!found) throw notFound(`Record '${entry.id}' has no file '${key}'.`)
  return found
}

function replacePending({ edition }: Resolved, file: PendingFile): void {
  edition.bucket.pending = edition.bucket.pending.map((one) => (one.key === file.key ? file : one))
}

function missing({ params }: RequestContext, key: string): HttpError {
  return notFound(`Record '${params.id}' has no file '${key}'.`)
}

/** The key, and whether its content or its commit is meant. */
function keyOf({ params, method }: RequestContext): {
  readonly key: string
  readonly tail: 'content' | 'commit' | null
} {
  const { rest = '' } = params
  const tail = method === 'POST' ? 'commit' : method === 'DELETE' ? null : rest.endsWith('/content') ? 'content' : null
  if (tail === null) return { key: rest, tail }
  return rest.endsWith(`/${tail}`) ? { key: rest.slice(0, -tail.length - 1), tail } : { key: rest, tail: null }
}
