/** What does the records API answer about a draft or record? Zenodo's own JSON by default, InvenioRDM's when asked for it. */
import { type Answer, type FieldError, json } from '../http-answer.ts'
import { encodeKeyPath } from '../links.ts'
import { compact, type JsonObject } from '../metadata/field-reader.ts'
import { visibleContent } from '../metadata/output.ts'
import { mimeType } from '../mime-type.ts'
import { recordJson } from '../record-json.ts'
import { newestRecord, openNextDraft, type StoredFile } from '../records-model.ts'
import type { RequestContext } from '../request-context.ts'
import type { Resolved } from '../resolve-deposit.ts'
import { writeCustomFields } from './custom-fields.ts'
import { nativeAccess, nativeMetadata, nativePids } from './native-output.ts'
import { writtenId } from './record-ids.ts'

/** The media type of InvenioRDM's own JSON. */
export const NATIVE = 'application/vnd.inveniordm.v1+json'

/**
 * Zenodo answers its own JSON, without `errors`, unless the native one is asked for (zenodo/zenodo-rdm#1078); other
 * repositories have only that.
 */
export function wantsNative(context: RequestContext): boolean {
  return context.settings.repository === 'invenio' || (context.header('accept') ?? '').includes(NATIVE)
}

/** The answer about one draft or record, with its revision as `ETag`. */
export function recordAnswer(
  context: RequestContext,
  status: number,
  { resolved, errors = [] }: { readonly resolved: Resolved; readonly errors?: readonly FieldError[] },
): Answer {
  const body = bodyOf(context, resolved)
  const told = wantsNative(context) && errors.length > 0 ? { ...body, errors } : body
  return json(status, told, { etag: `"${resolved.edition.revision}"`, ...typeOf(context) })
}

/** One draft or record. */
export function bodyOf(context: RequestContext, resolved: Resolved): JsonObject {
  return wantsNative(context) ? nativeJson(context, resolved) : recordJson(resolved, context.origin, true)
}

/** The media type of what is answered. */
export function typeOf(context: RequestContext): { readonly 'content-type'?: string } {
  return wantsNative(context) && context.settings.repository === 'zenodo' ? { 'content-type': NATIVE } : {}
}

function nativeJson({ origin, settings }: RequestContext, resolved: Resolved): JsonObject {
  const { family, entry, edition, isDraft } = resolved
  const content = visibleContent(edition.content, !isDraft)
  const id = writtenId(entry.id, settings)
  const { files } = edition.bucket
  const newest = newestRecord(family)
  const isLatestDraft = openNextDraft(family)?.id === entry.id || (newest ?? entry).id === entry.id
  return compact({
    id,
    created: edition.created,
    updated: edition.modified,
    revision_id: edition.revision,
    is_draft: isDraft,
    is_published: entry.record !== null,
    status: entry.record !== null ? 'published' : entry.index > 1 ? 'new_version_draft' : 'draft',
    parent: {
      id: writtenId(family.conceptId, settings),
      access: { owned_by: { user: String(family.ownerId) }, links: [], grants: [] },
      communities: { ids: family.communities, entries: family.communities.map((slug) => ({ id: slug, slug })) },
      pids: family.conceptDoi === null ? {} : { doi: { identifier: family.conceptDoi, provider: 'datacite' } },
    },
    versions: { index: entry.index, is_latest: newest?.id === entry.id, is_latest_draft: isLatestDraft },
    pids: nativePids(content.doi),
    metadata: nativeMetadata(content),
    custom_fields: writeCustomFields(content.customFields),
    access: nativeAccess(content),
    files: {
      enabled: true,
      count: files.length,
      total_bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
      order: [],
      entries: Object.fromEntries(files.map((file) => [file.key, entryOf(file)])),
    },
    links: linksOf(`${origin}/api/records/${id}`, {
      page: `${origin}/${isDraft ? 'uploads' : 'records'}/${id}`,
      isDraft,
    }),
  })
}

function entryOf(file: StoredFile): JsonObject {
  return {
    id: file.fileId,
    key: file.key,
    size: file.sizeBytes,
    checksum: `md5:${file.md5}`,
    mimetype: mimeType(file.key),
    ext: file.key.split('.').at(-1),
    metadata: null,
    access: { hidden: false },
    storage_class: 'L',
    links: { content: encodeKeyPath(file.key) },
  }
}

function linksOf(record: string, { page, isDraft }: { readonly page: string; readonly isDraft: boolean }): JsonObject {
  const self = isDraft ? `${record}/draft` : record
  return {
    self,
    self_html: page,
    files: `${self}/files`,
    draft: `${record}/draft`,
    record,
    publish: `${record}/draft/actions/publish`,
    versions: `${record}/versions`,
    latest: `${record}/versions/latest`,
    reserve_doi: `${record}/draft/pids/doi`,
  }
}
