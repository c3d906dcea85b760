/** The records API of InvenioRDM: create, read, update, publish and discard drafts, new versions, DOIs, and the own records. */
import { createDeposit, discardDraft, importFiles, openEdit, openNextVersion } from '../deposit-rules.ts'
import { isLocked } from '../file-rules.ts'
import { type Answer, HttpError, invalidField, json, noContent, notFound } from '../http-answer.ts'
import { emptyContent } from '../metadata/content.ts'
import { schemaErrors } from '../metadata/publish-checks.ts'
import { ownDoi, publishDraft } from '../publish-rules.ts'
import { type RequestContext, readJson, requireAccount } from '../request-context.ts'
import {
  draftOrRecord,
  findEntry,
  type OwnDraft,
  type Resolved,
  requireManager,
  writableDraft,
} from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import { rowsOf, searchPage } from '../search/page.ts'
import { touch } from '../store.ts'
import { draftFiles } from './draft-file-json.ts'
import { type NativeRecord, readNative } from './native-input.ts'
import { bodyOf, recordAnswer, typeOf } from './native-json.ts'

/** Routes of drafts; those of their files are in `draft-file-routes`. */
export const draftRoutes: readonly Route[] = [
  { path: '/api/user/records', methods: { GET: listOwn }, hasNative: true },
  { path: '/api/records/:id/draft', methods: { GET: read, PUT: update, POST: edit, DELETE: discard }, hasNative: true },
  { path: '/api/records/:id/draft/actions/publish', methods: { POST: publish }, hasNative: true },
  { path: '/api/records/:id/draft/actions/files-import', methods: { POST: filesImport }, hasNative: true },
  { path: '/api/records/:id/draft/pids/doi', methods: { POST: reserveDoi, DELETE: dropDoi }, hasNative: true },
  { path: '/api/records/:id/communities', methods: { POST: joinCommunities }, hasNative: true },
]

/** POST `/api/records`. A body that the application does not see makes an empty draft (zenodo-cli c37516c). */
export async function createDraft(context: RequestContext): Promise<Answer> {
  const record = await readRecord(context)
  const account = requireAccount(context, 'deposit:write')
  const content = { ...emptyContent, ...record?.content, ...(record?.doi ? { doi: record.doi } : {}) }
  const created = draftOrRecord(await createDeposit(context.store, account, content))
  return withErrors(context, 201, { resolved: created, record })
}

/** POST `/api/records/:id/versions`: the open next draft if there is one, else a new one without files. */
export async function nextVersion(context: RequestContext): Promise<Answer> {
  const { family, entry } = findEntry(context)
  requireManager(requireAccount(context, 'deposit:write'), family)
  if (!entry.record) throw notFound('The persistent identifier is not registered.')
  const next = await openNextVersion(context.store, family, context.settings)
  return recordAnswer(context, 201, { resolved: draftOrRecord({ family, entry: next }) })
}

function listOwn(context: RequestContext): Answer {
  const account = requireAccount(context)
  const indexed = rowsOf(context.store.index.rows(context.settings.indexLagSeconds * 1000))
  const page = searchPage(
    context,
    indexed.filter((row) => row.family.ownerId === account.id),
  )
  const hits = page.rows.map((row) => bodyOf(context, withFamily(context, row)))
  const { self } = { self: `${context.origin}/api/user/records` }
  return json(200, { hits: { hits, total: page.total }, aggregations: {}, links: { self } }, typeOf(context))
}

/** The search index knows no siblings; answers are written from the family as it is now. */
function withFamily({ store }: RequestContext, row: Resolved): Resolved {
  return { ...row, family: store.findFamily(row.family.conceptId) ?? row.family }
}

function read(context: RequestContext): Answer {
  const { family, entry } = findEntry(context)
  if (!entry.draft) throw notFound()
  requireManager(requireAccount(context), family)
  return recordAnswer(context, 200, { resolved: { family, entry, edition: entry.draft, isDraft: true } })
}

async function update(context: RequestContext): Promise<Answer> {
  const record = await readRecord(context)
  const draft = writableDraft(context, 'deposit:write')
  const { doi: stored } = draft.edition.content
  const doi = record?.doi === undefined ? stored : record.doi
  draft.edition.content = { ...emptyContent, ...record?.content, ...(doi ? { doi } : {}) }
  touch(draft.entry, draft.edition)
  await context.store.commit(draft.family, draft.entry)
  return withErrors(context, 200, { resolved: draft, record })
}

async function edit(context: RequestContext): Promise<Answer> {
  const located = findEntry(context)
  requireManager(requireAccount(context, 'deposit:write'), located.family)
  await openEdit(context.store, located)
  return recordAnswer(context, 201, { resolved: draftOrRecord(located) })
}

async function discard(context: RequestContext): Promise<Answer> {
  await discardDraft(context.store, writableDraft(context, 'deposit:write'))
  return noContent
}

async function publish(context: RequestContext): Promise<Answer> {
  const draft = writableDraft(context, 'deposit:actions')
  await publishDraft(context.store, draft, context.settings)
  return recordAnswer(context, 202, { resolved: draftOrRecord(draft) })
}

async function filesImport(context: RequestContext): Promise<Answer> {
  const draft = writableDraft(context, 'deposit:write')
  await importFiles(context.store, draft)
  return json(201, draftFiles(context, draft))
}

async function reserveDoi(context: RequestContext): Promise<Answer> {
  const draft = writableDraft(context, 'deposit:write')
  if (draft.edition.content.doi) throw invalidField('pids.doi', 'A PID already exists for type doi')
  const identifier = ownDoi(draft.entry.id, context.settings)
  return await withDoi(context, draft, 201, { identifier, provider: 'zenodo' })
}

async function dropDoi(context: RequestContext): Promise<Answer> {
  const draft = writableDraft(context, 'deposit:write')
  if (draft.entry.record)
    throw invalidField('pids.doi', 'Cannot discard a reserved or registered persistent identifier.')
  return await withDoi(context, draft, 200, undefined)
}

async function withDoi(
  context: RequestContext,
  draft: OwnDraft,
  status: number,
  doi: OwnDraft['edition']['content']['doi'],
): Promise<Answer> {
  const { doi: _, ...content } = draft.edition.content
  draft.edition.content = doi === undefined ? content : { ...content, doi }
  touch(draft.entry, draft.edition)
  await context.store.commit(draft.family, draft.entry)
  return recordAnswer(context, status, { resolved: draft })
}

/** Communities of one's own take the record at once; others are asked, which changes nothing here. */
async function joinCommunities(context: RequestContext): Promise<Answer> {
  const { family, entry } = findEntry(context)
  const account = requireAccount(context, 'deposit:actions')
  requireManager(account, family)
  if (!entry.record) throw notFound('The persistent identifier is not registered.')
  const body = (await readJson(context)) as { readonly communities?: ReadonlyArray<{ readonly id?: string }> } | null
  const wanted = (body?.communities ?? []).map(({ id = '' }) => id)
  const known = context.settings.communities.filter(({ slug }) => wanted.includes(slug))
  const own = known.filter(({ owner = 'owner' }) => owner === account.name).map(({ slug }) => slug)
  family.communities = [...new Set([...family.communities, ...own])]
  await context.store.commit(family, entry)
  const errors = wanted
    .filter((slug) => known.every((one) => one.slug !== slug))
    .map((community) => ({ community, message: 'Community not found.' }))
  const processed = known.map(({ slug }) => ({ community: slug }))
  return json(processed.length > 0 ? 200 : 400, { processed, ...(errors.length > 0 ? { errors } : {}) })
}

/** Undefined when the application sees no body. */
async function readRecord(context: RequestContext): Promise<NativeRecord | undefined> {
  if (context.body.declaredBytes === 0) return undefined
  return readNative(await readJson(context), context.settings)
}

/** Everything that publish would refuse, told already now; a draft may be wrong. */
function withErrors(
  context: RequestContext,
  status: number,
  { resolved, record }: { readonly resolved: Resolved; readonly record: NativeRecord | undefined },
): Answer {
  const errors = [...(record?.errors ?? []), ...schemaErrors(resolved.edition.content)]
  return recordAnswer(context, status, { resolved, errors })
}

/** @throws HttpError 403 when the files of a published record may not be changed. */
export function requireUnlocked(context: RequestContext, draft: OwnDraft): OwnDraft {
  if (isLocked(draft.entry, context.settings)) throw new HttpError(403, 'Bucket is locked for modifications.')
  return draft
}
