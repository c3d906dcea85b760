/** May this file be written here, and how does it get there? Shared by the bucket API and the old files API. */
import { createHash, randomUUID } from 'node:crypto'
import { HttpError, notFound } from './http-answer.ts'
import { type Bucket, type Entry, type Located, type StoredFile, timestamp } from './records-model.ts'
import type { RequestContext } from './request-context.ts'
import type { LocatedBucket } from './store.ts'

/** The file with a key. @throws HttpError 404 when there is none. */
export function requireFile(files: readonly StoredFile[], id: number, key: string): StoredFile {
  const file = files.find((candidate) => candidate.key === key)
  if (!file) throw notFound(`Record '${id}' has no file '${key}'.`)
  return file
}

/** Whether files of an edit draft may be changed: external DOI, and an account with the right (zenodo-rdm permissions). */
export function isLocked(entry: Entry, settings: RequestContext['settings']): boolean {
  if (!entry.record) return false
  return settings.externalDoiFiles !== 'granted' || entry.record.content.doi?.provider !== 'external'
}

/** What is uploaded: its name, its announced size, and its bytes. */
export interface Upload {
  readonly key: string
  readonly sizeBytes: number
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * Refuses by what is known before the bytes come.
 * @throws HttpError 400 with the limit that would be exceeded (zenodo-rdm invenio.cfg, invenio-files-rest models).
 */
export function requireRoom(context: RequestContext, bucket: Bucket, { key, sizeBytes }: Omit<Upload, 'chunks'>): void {
  const { settings } = context
  if (key.length > 255) throw new HttpError(400, 'Filename is too long.')
  if (sizeBytes === 0 && settings.emptyFiles === 'refused') throw new HttpError(400, 'Empty files are not accepted.')
  if (sizeBytes > settings.bytesPerFile) throw new HttpError(400, 'Maximum file size exceeded.')
  const others = bucket.files.filter((file) => file.key !== key)
  const replaced = bucket.files.find((file) => file.key === key)
  const stillCounted = settings.countDeletedBytes ? bucket.deletedBytes + (replaced?.sizeBytes ?? 0) : 0
  const used = others.reduce((sum, file) => sum + file.sizeBytes, stillCounted)
  if (used + sizeBytes > settings.bytesPerRecord) throw new HttpError(400, 'Bucket quota exceeded.')
  if (others.length + 1 > settings.filesPerRecord) {
    throw new HttpError(400, 'Uploading selected files will result in exceeding the max amount per record.')
  }
}

/** What an upload changed, and the files that it replaced. */
interface Placement extends Located {
  readonly replaced: readonly StoredFile[]
}

/**
 * Takes the bytes, and places the file only when all of them are there. `place` looks once more whether it may, because the
 * draft may have been published or deleted meanwhile; when it refuses, nothing is kept.
 */
export async function storeUpload(
  context: RequestContext,
  upload: Upload,
  place: (stored: StoredFile) => Placement,
): Promise<StoredFile> {
  const stored = await storeBytes(context, upload)
  try {
    const { family, entry, replaced } = place(stored)
    await context.store.commit(family, entry, replaced)
    return stored
  } catch (error) {
    if (error instanceof HttpError) await context.store.blobs.remove([stored.fileId])
    throw error
  }
}

/** Places a file in a bucket, instead of one of the same name. @throws HttpError 400 when there is no room any more. */
export function placeInBucket(context: RequestContext, located: LocatedBucket, file: StoredFile): Placement {
  const { bucket } = located.edition
  requireRoom(context, bucket, file)
  const replaced = bucket.files.filter((candidate) => candidate.key === file.key)
  bucket.files = [...bucket.files.filter((candidate) => candidate.key !== file.key), file]
  for (const old of replaced) bucket.deletedBytes += old.sizeBytes
  return { ...located, replaced }
}

/** Takes the bytes and keeps them under a new file id. Nothing is kept when they do not come completely. */
async function storeBytes(context: RequestContext, upload: Upload): Promise<StoredFile> {
  const sink = await context.store.blobs.receive()
  try {
    const { md5, sizeBytes } = await pour(context, upload, (chunk) => sink.write(chunk))
    const fileId = randomUUID()
    await sink.keep(fileId)
    const now = timestamp()
    return { key: upload.key, fileId, versionId: randomUUID(), sizeBytes, md5, created: now, updated: now }
  } catch (error) {
    await sink.discard()
    throw error
  }
}

/** Takes a file out of its bucket. */
export async function removeFile(context: RequestContext, located: LocatedBucket, file: StoredFile): Promise<void> {
  const { bucket } = located.edition
  bucket.files = bucket.files.filter((candidate) => candidate !== file)
  bucket.deletedBytes += file.sizeBytes
  await context.store.commit(located.family, located.entry, [file])
}

async function pour(
  context: RequestContext,
  upload: Upload,
  write: (chunk: Buffer) => Promise<void>,
): Promise<{ readonly md5: string; readonly sizeBytes: number }> {
  const digest = createHash('md5')
  const { uploadBytesPerSecond } = context.settings
  let spoil = takeCorruption(context)
  let sizeBytes = 0
  for await (const chunk of upload.chunks) {
    const bytes = spoil ? spoiled(chunk) : chunk
    spoil = false
    digest.update(bytes)
    sizeBytes += bytes.length
    await write(bytes)
    if (uploadBytesPerSecond > 0) await context.pause((bytes.length / uploadBytesPerSecond) * 1000)
  }
  return { md5: digest.digest('hex'), sizeBytes }
}

/** Uses up one of the uploads that the setting `wrongMd5` wants to be stored wrongly. */
function takeCorruption({ settings, changeSettings }: RequestContext): boolean {
  const { wrongMd5 } = settings
  if (typeof wrongMd5 === 'boolean') return wrongMd5
  if (wrongMd5 === 0) return false
  changeSettings({ wrongMd5: wrongMd5 - 1 })
  return true
}

function spoiled(chunk: Buffer): Buffer {
  const bytes = Buffer.from(chunk)
  bytes.writeUInt8(bytes.readUInt8(0) ^ 0xff, 0)
  return bytes
}
