/** What does the deposit API answer about a deposition and its files? */
import { type Answer, json } from './http-answer.ts'
import { depositLinks, encodeKey, encodeKeyPath } from './links.ts'
import { depositMetadata } from './metadata/output.ts'
import { mimeType } from './mime-type.ts'
import type { Bucket, StoredFile } from './records-model.ts'
import type { RequestContext } from './request-context.ts'
import { depositState, type Resolved } from './resolve-deposit.ts'

/** How a deposition is written. */
export interface DepositionOptions {
  readonly origin: string
  readonly withBucket: boolean
}

/** A deposition as JSON. */
export function depositionJson(resolved: Resolved, options: DepositionOptions): Readonly<Record<string, unknown>> {
  const { family, entry, edition, isDraft } = resolved
  const metadata = depositMetadata(edition.content, {
    id: entry.id,
    isRecord: !isDraft,
    communities: family.communities,
  })
  const doi = edition.content.doi?.identifier
  return {
    created: edition.created,
    modified: edition.modified,
    id: entry.id,
    conceptrecid: String(family.conceptId),
    ...(doi === undefined ? {} : { doi, doi_url: `https://doi.org/${doi}` }),
    ...(family.conceptDoi === null ? {} : { conceptdoi: family.conceptDoi }),
    metadata,
    title: metadata.title ?? '',
    links: depositLinks(resolved, { ...options, doi }),
    record_id: entry.id,
    owner: family.ownerId,
    files: edition.bucket.files.map((file) => depositFileJson(file, resolved, options.origin)),
    state: depositState(entry, isDraft),
    submitted: entry.record !== null,
  }
}

/** The answer about one deposition, with its revision as `ETag`. */
export function depositionAnswer(context: RequestContext, status: number, resolved: Resolved): Answer {
  const body = depositionJson(resolved, { origin: context.origin, withBucket: true })
  return json(status, body, { etag: `"${resolved.edition.revision}"` })
}

/**
 * A file as the old files API writes it. Links of published records mix draft and record routes and lead nowhere
 * (zenodo/zenodo-rdm#1196).
 */
export function depositFileJson(
  file: StoredFile,
  { entry, isDraft }: Resolved,
  origin: string,
): Readonly<Record<string, unknown>> {
  const files = isDraft ? `deposit/depositions/${entry.id}/files` : `records/${entry.id}/files`
  return {
    id: file.fileId,
    filename: file.key,
    filesize: file.sizeBytes,
    checksum: file.md5,
    links: {
      self: `${origin}/api/${files}/${file.fileId}`,
      download: `${origin}/api/records/${entry.id}/draft/files/${encodeKeyPath(file.key)}/content`,
    },
  }
}

/** A file as the bucket API writes it. */
export function bucketObjectJson(file: StoredFile, bucket: Bucket, origin: string): Readonly<Record<string, unknown>> {
  const self = `${origin}/api/files/${bucket.id}/${encodeKey(file.key)}`
  return {
    created: file.created,
    updated: file.updated,
    version_id: file.versionId,
    key: file.key,
    size: file.sizeBytes,
    mimetype: mimeType(file.key),
    checksum: `md5:${file.md5}`,
    is_head: true,
    delete_marker: false,
    links: { self, version: `${self}?version_id=${file.versionId}`, uploads: `${self}?uploads=1` },
  }
}
