/** What does the public see of a record? The JSON that zenodo.org answers on `/api/records` by default. */
import { encodeKeyPath } from './links.ts'
import { compact, type JsonObject } from './metadata/field-reader.ts'
import { licenceOf, sharedMetadata, splitResourceType, visibleContent } from './metadata/output.ts'
import { mimeType } from './mime-type.ts'
import { type Edition, type Family, newestRecord, type StoredFile } from './records-model.ts'
import { depositState, type Resolved } from './resolve-deposit.ts'

/** A record, or a draft; `withFiles` says whether the asker may see its files. */
export function recordJson(resolved: Resolved, origin: string, withFiles: boolean): JsonObject {
  const { family, entry, edition, isDraft } = resolved
  const content = visibleContent(edition.content, true)
  const self = `${origin}/api/records/${entry.id}`
  const doi = content.doi?.identifier
  return compact({
    created: edition.created,
    modified: edition.modified,
    updated: edition.modified,
    id: entry.id,
    recid: String(entry.id),
    conceptrecid: String(family.conceptId),
    doi,
    doi_url: doi === undefined ? undefined : `https://doi.org/${doi}`,
    conceptdoi: family.conceptDoi ?? undefined,
    title: content.metadata.title ?? '',
    revision: edition.revision,
    metadata: recordMetadata(resolved),
    links: recordLinks(resolved, origin),
    files: withFiles ? edition.bucket.files.map((file) => recordFile(file, self)) : [],
    owners: [{ id: String(family.ownerId) }],
    status: isDraft ? 'draft' : 'published',
    stats: { downloads: 0, unique_downloads: 0, views: 0, unique_views: 0 },
    state: depositState(entry, isDraft),
    submitted: entry.record !== null,
    swh: {},
  })
}

/** The list of a record's files, with one entry each. */
export function recordFilesJson({ entry, edition }: Resolved, origin: string): JsonObject {
  const self = `${origin}/api/records/${entry.id}/files`
  return {
    enabled: true,
    links: { self, archive: `${origin}/api/records/${entry.id}/files-archive` },
    entries: edition.bucket.files.map((file) => recordFileEntry(file, edition, self)),
    default_preview: null,
    order: [],
  }
}

/** One file of a record as the files routes write it. `files` is the address of the list. */
export function recordFileEntry(file: StoredFile, { bucket }: Edition, files: string): JsonObject {
  const self = `${files}/${encodeKeyPath(file.key)}`
  return {
    created: file.created,
    updated: file.updated,
    mimetype: mimeType(file.key),
    metadata: null,
    access: { hidden: false },
    file_id: file.fileId,
    key: file.key,
    size: file.sizeBytes,
    checksum: `md5:${file.md5}`,
    storage_class: 'L',
    transfer: { type: 'L' },
    status: 'completed',
    version_id: file.versionId,
    bucket_id: bucket.id,
    links: { self, content: `${self}/content` },
  }
}

/** Whether an entry is the newest published version of its family. */
function isNewest(family: Family, id: number): boolean {
  return newestRecord(family)?.id === id
}

function recordMetadata({ family, entry, edition }: Resolved): JsonObject {
  const content = visibleContent(edition.content, true)
  const { metadata } = content
  const licence = licenceOf(metadata)
  const version = {
    index: entry.index - 1,
    is_last: isNewest(family, entry.id),
    parent: { pid_type: 'recid', pid_value: String(family.conceptId) },
  }
  return compact({
    ...sharedMetadata(content),
    resource_type: resourceType(metadata.resourceType),
    license: licence === undefined ? undefined : { id: licence },
    communities: family.communities.length === 0 ? undefined : family.communities.map((id) => ({ id })),
    grants: metadata.funding?.map(({ funderDoi, number }) => ({
      code: number,
      internal_id: `${funderDoi}::${number}`,
      funder: { doi: funderDoi },
    })),
    relations: { version: [version] },
  })
}

function resourceType(id: string | undefined): JsonObject | undefined {
  if (id === undefined) return undefined
  const { type, subtype } = splitResourceType(id)
  const name = subtype ?? type
  return compact({ title: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, type, subtype })
}

function recordFile(file: StoredFile, record: string): JsonObject {
  return {
    id: file.fileId,
    key: file.key,
    size: file.sizeBytes,
    checksum: `md5:${file.md5}`,
    links: { self: `${record}/files/${encodeKeyPath(file.key)}/content` },
  }
}

function recordLinks({ family, entry }: Resolved, origin: string): JsonObject {
  const self = `${origin}/api/records/${entry.id}`
  const page = `${origin}/records/${entry.id}`
  return {
    self,
    self_html: page,
    parent: `${origin}/api/records/${family.conceptId}`,
    parent_html: `${origin}/records/${family.conceptId}`,
    files: `${self}/files`,
    archive: `${self}/files-archive`,
    versions: `${self}/versions`,
    latest: `${self}/versions/latest`,
    latest_html: `${page}/latest`,
    draft: `${self}/draft`,
  }
}
