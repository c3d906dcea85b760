/** The old files API: multipart uploads, the list, one file, and deleting it. */
import { depositFileJson } from '../deposition-json.ts'
import { isLocked, placeInBucket, removeFile, requireRoom, storeUpload } from '../file-rules.ts'
import { type Answer, bucketLocked, forbidden, HttpError, json, noContent, notFound } from '../http-answer.ts'
import { readMultipart } from '../multipart.ts'
import type { StoredFile } from '../records-model.ts'
import { type RequestContext, requireAccount } from '../request-context.ts'
import { draftOrRecord, findEntry, readableDeposit, requireManager, writableDraft } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import type { LocatedBucket } from '../store.ts'

/** Routes of the files of a deposition. Sorting and renaming are gone since October 2023: PUT is 405. */
export const depositFileRoutes: readonly Route[] = [
  { path: '/api/deposit/depositions/:id/files', methods: { GET: list, POST: upload } },
  { path: '/api/deposit/depositions/:id/files/:fileId', methods: { GET: read, DELETE: remove } },
]

function list(context: RequestContext): Answer {
  const resolved = readableDeposit(context)
  const files = resolved.edition.bucket.files.map((file) => depositFileJson(file, resolved, context.origin))
  return json(200, files)
}

function read(context: RequestContext): Answer {
  const resolved = readableDeposit(context)
  return json(200, depositFileJson(findFile(context, resolved.edition.bucket.files), resolved, context.origin))
}

async function upload(context: RequestContext): Promise<Answer> {
  const target = openDraft(context)
  const { key, bytes } = await readMultipart(context)
  if (target.edition.bucket.files.some((file) => file.key === key)) {
    throw new HttpError(400, `File with key ${key} already exists.`)
  }
  requireRoom(context, target.edition.bucket, { key, sizeBytes: bytes.length })
  const source = { key, sizeBytes: bytes.length, chunks: inChunks(bytes) }
  const stored = await storeUpload(context, source, (file) => placeInBucket(context, openDraft(context), file))
  return json(201, depositFileJson(stored, draftOrRecord(target), context.origin))
}

async function remove(context: RequestContext): Promise<Answer> {
  const { family, entry, edition, isDraft } = draftOrRecord(findEntry(context))
  requireManager(requireAccount(context, 'deposit:write'), family)
  if (!isDraft) throw forbidden()
  if (isLocked(entry, context.settings)) throw bucketLocked()
  await removeFile(context, { family, entry, edition, kind: 'draft' }, findFile(context, edition.bucket.files))
  return noContent
}

function openDraft(context: RequestContext): LocatedBucket {
  const { family, entry, edition } = writableDraft(context, 'deposit:write')
  if (isLocked(entry, context.settings)) throw bucketLocked()
  return { family, entry, edition, kind: 'draft' }
}

function findFile({ params }: RequestContext, files: readonly StoredFile[]): StoredFile {
  const file = files.find((candidate) => candidate.fileId === params.fileId)
  if (!file) throw notFound(`Record '${params.id}' has no file '${params.fileId}'.`)
  return file
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
