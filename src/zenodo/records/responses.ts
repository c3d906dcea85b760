/** What does InvenioRDM say about a record? Its own JSON as our `Deposition`, with the metadata in deposit terms. */
import { z } from 'zod'
import { type Deposition, depositionIdOf, type RemoteFile } from '../../core/copy.ts'
import type { Stored } from '../../replication/ports/depositions.ts'
import { draftUrl, recordUrl } from '../addresses.ts'
import { type ListedDeposition, time } from '../drafts.ts'
import {
  type Answer,
  checked,
  doiText,
  fileName,
  jsonOf,
  lenientId,
  lenientInteger,
  NotUnderstood,
  pageOf,
  recordId,
  withoutPrefix,
} from '../responses.ts'

const id = z.object({ id: z.string() })
const person = z.object({
  person_or_org: z.object({
    name: z.string().nullish(),
    family_name: z.string().nullish(),
    given_name: z.string().nullish(),
  }),
})

const metadataSchema = z.object({
  title: z.string().nullish(),
  publication_date: z.string().nullish(),
  resource_type: id.nullish(),
  creators: z.array(person).nullish(),
  subjects: z.array(z.object({ subject: z.string().nullish() })).nullish(),
})

const accessSchema = z.object({
  files: z.string().nullish(),
  embargo: z.object({ active: z.boolean().nullish(), until: z.string().nullish() }).nullish(),
})

const recordSchema = z.object({
  id: recordId.transform(depositionIdOf),
  created: time,
  updated: time,
  is_draft: z.boolean(),
  is_published: z.boolean(),
  parent: z.object({ id: recordId }),
  pids: z.object({ doi: z.object({ identifier: doiText, provider: z.string().nullish() }).nullish() }).nullish(),
  metadata: metadataSchema.nullish(),
  access: accessSchema.nullish(),
  links: z.object({ self_html: z.string().nullish() }).nullish(),
})
type RawRecord = z.infer<typeof recordSchema>

const listSchema = z.object({ hits: z.object({ hits: z.array(recordSchema) }) })

/** A file that was announced but not committed has neither size nor checksum. */
const entrySchema = z.object({
  key: fileName,
  file_id: lenientId.nullish(),
  status: z.string().nullish(),
  size: lenientInteger.nullish(),
  checksum: z.string().nullish(),
})
const entriesSchema = z.object({ entries: z.array(entrySchema).nullish() })

/** A record or draft, but for its files: those are asked for by themselves. @throws NotUnderstood */
export function recordOf(answer: Answer, api: string): Deposition {
  return toDeposition(checked(recordSchema, jsonOf(answer)), api)
}

/** @throws NotUnderstood */
export function recordsOf(answer: Answer, api: string): Deposition[] {
  return checked(listSchema, jsonOf(answer)).hits.hits.map((raw) => toDeposition(raw, api))
}

/** A page of the own records. @throws NotUnderstood */
export function recordListingOf(answer: Answer): ListedDeposition[] {
  return checked(listSchema, jsonOf(answer)).hits.hits.map((raw) => ({
    id: raw.id,
    conceptRecid: raw.parent.id,
    title: raw.metadata?.title ?? '',
    keywords: keywordsOf(raw),
    createdAt: raw.created,
    modifiedAt: raw.updated,
    isDraft: !raw.is_published,
  }))
}

/** An upload that was never finished is a file without bytes: it has to be sent, or removed. @throws NotUnderstood */
export function filesOf(answer: Answer): RemoteFile[] {
  return (checked(entriesSchema, jsonOf(answer)).entries ?? []).map((entry) => ({
    id: entry.file_id ?? entry.key,
    name: entry.key,
    size: isStored(entry) ? (entry.size ?? 0) : 0,
    md5: isStored(entry) ? withoutPrefix(entry.checksum ?? '') : '',
  }))
}

/** What is stored of a file, or null while it is not committed. @throws NotUnderstood without size or md5. */
export function storedFileOf(answer: Answer): Stored | null {
  const entry = checked(entrySchema, jsonOf(answer))
  if (!isStored(entry)) return null
  const { size, checksum } = entry
  if (size === null || size === undefined || !/^md5:[0-9a-f]{32}$/i.test(checksum ?? '')) {
    throw new NotUnderstood('no size or no md5')
  }
  return { size, md5: withoutPrefix(checksum ?? '') }
}

function isStored({ status }: { readonly status?: string | null | undefined }): boolean {
  return status !== 'pending'
}

function toDeposition(raw: RawRecord, api: string): Deposition {
  const state = !raw.is_published ? 'unsubmitted' : raw.is_draft ? 'inprogress' : 'done'
  return {
    id: raw.id,
    conceptRecid: raw.parent.id,
    state,
    submitted: raw.is_published,
    doi: raw.pids?.doi?.identifier ?? null,
    htmlUrl: pageOf(raw.links?.self_html) ?? (raw.is_draft ? draftUrl(api, raw.id) : recordUrl(api, raw.id)),
    doiIsExternal: raw.pids?.doi?.provider === 'external',
    bucketUrl: null,
    metadata: depositTerms(raw),
    files: [],
  }
}

/** What is compared with what was sent, and the marker: see `metadataShown`. */
function depositTerms(raw: RawRecord): Deposition['metadata'] {
  const { metadata } = raw
  const [type, ...subtype] = (metadata?.resource_type?.id ?? '').split('-')
  return {
    title: metadata?.title ?? undefined,
    publication_date: metadata?.publication_date ?? undefined,
    upload_type: type,
    ...(subtype.length === 0 ? {} : { [`${type}_type`]: subtype.join('-') }),
    creators: (metadata?.creators ?? []).map(({ person_or_org: who }) => ({ name: nameOf(who) })),
    doi: raw.pids?.doi?.identifier,
    keywords: keywordsOf(raw),
    ...accessOf(raw),
  }
}

function accessOf({ access }: RawRecord): Deposition['metadata'] {
  if (access?.files === 'public') return { access_right: 'open' }
  if (access?.files !== 'restricted') return {}
  const { active, until } = access.embargo ?? {}
  return active ? { access_right: 'embargoed', embargo_date: until } : { access_right: 'restricted' }
}

function nameOf(who: z.infer<typeof person>['person_or_org']): string {
  const parts = [who.family_name, who.given_name].filter((part) => part)
  return parts.length === 0 ? (who.name ?? '') : parts.join(', ')
}

function keywordsOf({ metadata }: RawRecord): string[] {
  return (metadata?.subjects ?? []).flatMap(({ subject }) => subject ?? [])
}
