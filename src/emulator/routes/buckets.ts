/** The bucket API: files by name, as raw bytes. */

import { bucketObjectJson } from '../deposition-json.ts'
import { downloadAnswer } from '../download.ts'
import { isLocked, placeInBucket, removeFile, requireFile, requireRoom, storeUpload } from '../file-rules.ts'
import { type Answer, bucketLocked, forbidden, json, noContent, notFound, serverError } from '../http-answer.ts'
import { visibleContent } from '../metadata/output.ts'
import { type RequestContext, requireAccount, unsupportedType } from '../request-context.ts'
import { isManager, requireManager } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import type { LocatedBucket } from '../store.ts'

/** Routes of `/api/files`. A key is one path segment: a slash, also as `%2F`, leads to no route. */
export const bucketRoutes: readonly Route[] = [
  { path: '/api/files/:bucket', methods: { GET: list } },
  { path: '/api/files/:bucket/:key', methods: { GET: download, PUT: upload, DELETE: remove } },
]

function list(context: RequestContext): Answer {
  const located = findBucket(context)
  requireReader(context, located)
  if (context.settings.bucketListFails) throw serverError()
  const { bucket, created, modified } = located.edition
  const contents = bucket.files.map((file) => bucketObjectJson(file, bucket, context.origin))
  const self = `${context.origin}/api/files/${bucket.id}`
  return json(200, {
    id: bucket.id,
    created,
    updated: modified,
    locked: located.kind === 'record' || isLocked(located.entry, context.settings),
    quota_size: context.settings.bytesPerRecord,
    max_file_size: context.settings.bytesPerFile,
    size: bucket.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    links: { self, uploads: `${self}?uploads`, versions: `${self}?versions` },
    contents,
  })
}

function download(context: RequestContext): Answer {
  const located = findBucket(context)
  requireReader(context, located)
  return downloadAnswer(context, findFile(context, located))
}

async function upload(context: RequestContext): Promise<Answer> {
  const type = context.header('content-type')
  if (type !== undefined && type !== 'application/octet-stream') throw unsupportedType('application/octet-stream')
  const { edition } = openBucket(context)
  const { key = '' } = context.params
  const upload = { key, sizeBytes: context.body.declaredBytes, chunks: context.body.chunks() }
  requireRoom(context, edition.bucket, upload)
  const stored = await storeUpload(context, upload, (file) => placeInBucket(context, openBucket(context), file))
  return json(201, bucketObjectJson(stored, edition.bucket, context.origin))
}

async function remove(context: RequestContext): Promise<Answer> {
  const located = openBucket(context)
  await removeFile(context, located, findFile(context, located))
  // Deleted, and then a failure to write the empty answer, until zenodo/zenodo-rdm#1408.
  if (context.settings.bucketDeleteFails) throw serverError()
  return noContent
}

function findBucket(context: RequestContext): LocatedBucket {
  const located = context.store.findBucket(context.params.bucket ?? '')
  if (!located) throw notFound()
  return located
}

/** The file in the path; an absent one was 403 before the fixes of 2026. */
function findFile(context: RequestContext, { entry, edition }: LocatedBucket): ReturnType<typeof requireFile> {
  const { key = '' } = context.params
  const isAbsent = edition.bucket.files.every((file) => file.key !== key)
  if (isAbsent && context.settings.missingKeyStatus === 403) throw forbidden()
  return requireFile(edition.bucket.files, entry.id, key)
}

/** Drafts are for their owner; published files for everybody unless they are restricted. */
function requireReader(context: RequestContext, { family, edition, kind }: LocatedBucket): void {
  const isPublic = kind === 'record' && visibleContent(edition.content, true).access.files === 'public'
  if (!isPublic && !isManager(context.account, family)) throw forbidden()
}

/** The bucket for writing: a published one is refused by key, one in edit is locked. */
function openBucket(context: RequestContext): LocatedBucket {
  const located = findBucket(context)
  const { family, entry, edition, kind } = located
  requireManager(requireAccount(context, 'deposit:write'), family)
  if (kind === 'record') {
    const { key = '' } = context.params
    if (edition.bucket.files.some((file) => file.key === key)) throw forbidden()
    throw notFound(`Record '${entry.id}' has no file '${key}'.`)
  }
  if (isLocked(entry, context.settings)) throw bucketLocked()
  if (edition.bucket.refuseNextWrite) {
    edition.bucket.refuseNextWrite = false
    throw forbidden()
  }
  return located
}
