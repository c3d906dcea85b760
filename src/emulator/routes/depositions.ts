/** The deposit API: create, list, read, update, delete, and the four actions. */
import { createDeposit, discardDraft, openEdit, openNewVersion } from '../deposit-rules.ts'
import { depositionAnswer } from '../deposition-json.ts'
import { type Answer, noContent, notFound } from '../http-answer.ts'
import { readDeposit } from '../metadata/input.ts'
import { publishDraft } from '../publish-rules.ts'
import { type RequestContext, readJson, requireAccount } from '../request-context.ts'
import { draftOrRecord, findEntry, readableDeposit, requireManager, writableDraft } from '../resolve-deposit.ts'
import type { Route } from '../router.ts'
import { touch } from '../store.ts'
import { listDepositions } from './deposition-list.ts'

/** Routes of `/api/deposit/depositions` except those of files. */
export const depositionRoutes: readonly Route[] = [
  { path: '/api/deposit/depositions', methods: { GET: listDepositions, POST: create } },
  { path: '/api/deposit/depositions/:id', methods: { GET: read, PUT: update, DELETE: discard } },
  { path: '/api/deposit/depositions/:id/actions/publish', methods: { POST: publish } },
  { path: '/api/deposit/depositions/:id/actions/edit', methods: { POST: edit } },
  { path: '/api/deposit/depositions/:id/actions/discard', methods: { POST: discardAction } },
  { path: '/api/deposit/depositions/:id/actions/newversion', methods: { POST: newVersion } },
]

async function create(context: RequestContext): Promise<Answer> {
  const content = readDeposit(await readJson(context), context.settings)
  const account = requireAccount(context, 'deposit:write')
  return depositionAnswer(context, 201, draftOrRecord(await createDeposit(context.store, account, content)))
}

function read(context: RequestContext): Answer {
  return depositionAnswer(context, 200, readableDeposit(context))
}

async function update(context: RequestContext): Promise<Answer> {
  const content = readDeposit(await readJson(context), context.settings)
  const draft = writableDraft(context, 'deposit:write')
  const { doi: stored } = draft.edition.content
  draft.edition.content = stored === undefined ? content : { doi: stored, ...content }
  touch(draft.entry, draft.edition)
  await context.store.commit(draft.family, draft.entry)
  return depositionAnswer(context, 200, draft)
}

async function discard(context: RequestContext): Promise<Answer> {
  await discardDraft(context.store, writableDraft(context, 'deposit:write'))
  return noContent
}

async function discardAction(context: RequestContext): Promise<Answer> {
  await discardDraft(context.store, writableDraft(context, 'deposit:actions'))
  return noContent
}

async function publish(context: RequestContext): Promise<Answer> {
  const draft = writableDraft(context, 'deposit:actions')
  await publishDraft(context.store, draft, context.settings)
  return depositionAnswer(context, 202, draftOrRecord(draft))
}

async function edit(context: RequestContext): Promise<Answer> {
  const located = findEntry(context)
  requireManager(requireAccount(context, 'deposit:actions'), located.family)
  await openEdit(context.store, located)
  return depositionAnswer(context, 201, draftOrRecord(located))
}

async function newVersion(context: RequestContext): Promise<Answer> {
  const { family, entry } = findEntry(context)
  requireManager(requireAccount(context, 'deposit:actions'), family)
  if (!entry.record) throw notFound('The persistent identifier is not registered.')
  const next = await openNewVersion(context.store, family, context.settings)
  return depositionAnswer(context, 201, draftOrRecord({ family, entry: next }))
}
