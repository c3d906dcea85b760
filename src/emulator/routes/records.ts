/** What may everybody read? Published records, their files and versions, and the search. */
import { downloadAnswer } from '../download.ts'
import { requireFile } from '../file-rules.ts'
import { type Answer, forbidden, json, notFound, unknownPid } from '../http-answer.ts'
import { visibleContent } from '../metadata/output.ts'
import { createDraft, nextVersion } from '../rdm/draft-routes.ts'
import { recordAnswer, wantsNative } from '../rdm/native-json.ts'
import { writtenId } from '../rdm/record-ids.ts'
import { recordFileEntry, recordFilesJson, recordJson } from '../record-json.ts'
import { type Family, newestRecord } from '../records-model.ts'
import type { RequestContext } from '../request-context.ts'
import { findEntry, idIn, isManager, type Resolved } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import { type Page, searchPage } from '../search/page.ts'

/** Public routes of `/api/records`. */
export const recordRoutes: readonly Route[] = [
  { path: '/api/records', methods: { GET: search, POST: createDraft }, hasNative: true },
  { path: '/api/records/:id', methods: { GET: read }, hasNative: true },
  { path: '/api/records/:id/versions', methods: { GET: versions, POST: nextVersion }, hasNative: true },
  { path: '/api/records/:id/versions/latest', methods: { GET: latest } },
  { path: '/api/records/:id/files', methods: { GET: files } },
  { path: '/api/records/:id/files/:rest+', methods: { GET: file } },
]

function search(context: RequestContext): Answer {
  const published = context.store.index
    .rows(context.settings.indexLagSeconds * 1000)
    .flatMap(({ family, entry }) => (entry.record ? [{ family, entry, edition: entry.record, isDraft: false }] : []))
  const community = context.query.get('communities')
  const type = context.query.get('type')
  const wanted = published
    .filter((row) => community === null || row.family.communities.includes(community))
    .filter((row) => type === null || (row.edition.content.metadata.resourceType ?? '').split('-')[0] === type)
  return hitsAnswer(context, searchPage(context, wanted))
}

function read(context: RequestContext): Answer {
  const concept = conceptIn(context)
  if (concept) return redirect(context, 302, newestId(concept))
  const record = findRecord(context)
  if (wantsNative(context)) return recordAnswer(context, 200, { resolved: record })
  const body = recordJson(current(context, record), context.origin, maySeeFiles(context, record))
  return json(200, body, { etag: `"${record.edition.revision}"` })
}

function versions(context: RequestContext): Answer {
  const { family } = findRecord(context)
  const rows = family.entries
    .flatMap((entry) => (entry.record ? [{ family, entry, edition: entry.record, isDraft: false }] : []))
    .reverse()
  return hitsAnswer(context, { rows, total: rows.length, page: 1, size: 25 })
}

function latest(context: RequestContext): Answer {
  const concept = conceptIn(context)
  return redirect(context, 301, newestId(concept ?? findRecord(context).family))
}

function files(context: RequestContext): Answer {
  const record = findRecord(context)
  if (!maySeeFiles(context, record)) throw forbidden()
  return json(200, recordFilesJson(record, context.origin))
}

/** One file: its description, or with `/content` its bytes. The key may hold slashes. */
function file(context: RequestContext): Answer {
  const record = findRecord(context)
  if (!maySeeFiles(context, record)) throw forbidden()
  return fileAnswer(context, record, `${context.origin}/api/records/${record.entry.id}/files`)
}

function fileAnswer(context: RequestContext, { entry, edition }: Resolved, list: string): Answer {
  const { rest = '' } = context.params
  const key = rest.endsWith('/content') ? rest.slice(0, -'/content'.length) : rest
  const found = requireFile(edition.bucket.files, entry.id, key)
  return key === rest ? json(200, recordFileEntry(found, edition, list)) : downloadAnswer(context, found)
}

function findRecord(context: RequestContext): Resolved {
  const { family, entry } = findEntry(context)
  if (!entry.record) throw notFound('The persistent identifier is not registered.')
  return { family, entry, edition: entry.record, isDraft: false }
}

/** Restricted and embargoed files are for the owner only. */
function maySeeFiles(context: RequestContext, { family, edition }: Resolved): boolean {
  return visibleContent(edition.content, true).access.files === 'public' || isManager(context.account, family)
}

/** The search index knows no siblings; answers are written from the family as it is now. */
function current(context: RequestContext, row: Resolved): Resolved {
  const family = context.store.findFamily(row.family.conceptId)
  return family ? { ...row, family } : row
}

function conceptIn(context: RequestContext): Family | undefined {
  const id = idIn(context)
  return id === undefined ? undefined : context.store.findFamily(id)
}

function newestId(family: Parameters<typeof newestRecord>[0]): number {
  const newest = newestRecord(family)
  if (!newest) throw unknownPid()
  return newest.id
}

function redirect({ origin, settings }: RequestContext, status: 301 | 302, id: number): Answer {
  const location = `${origin}/api/records/${writtenId(id, settings)}`
  return json(status, { status, message: 'Redirecting...', location }, { location })
}

function hitsAnswer(context: RequestContext, { rows, total, page, size }: Page): Answer {
  const address = (number: number): string => {
    const query = new URLSearchParams(context.query)
    query.delete('access_token')
    query.set('page', String(number))
    query.set('size', String(size))
    return `${context.origin}/api/records?${query}`
  }
  const hits = rows.map((row) => recordJson(current(context, row), context.origin, maySeeFiles(context, row)))
  return json(200, {
    hits: { hits, total },
    aggregations: {},
    links: { self: address(page), ...(page * size < total ? { next: address(page + 1) } : {}) },
  })
}
