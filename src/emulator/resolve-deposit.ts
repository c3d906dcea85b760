/** Which deposit does a request mean, and may this account touch it? Existence is asked before permission, as in Zenodo. */
import type { Account } from './accounts.ts'
import { forbidden, HttpError, invalidField, notFound, unknownPid } from './http-answer.ts'
import { readId } from './rdm/record-ids.ts'
import type { Edition, Entry, Family, Located } from './records-model.ts'
import { type RequestContext, requireAccount } from './request-context.ts'

/** A draft or a record with where it belongs. */
export interface Resolved extends Located {
  readonly edition: Edition
  readonly isDraft: boolean
}

/** A draft that its asker may change. */
export interface OwnDraft extends Resolved {
  readonly account: Account
}

/** The number of the id in the path, however the repository writes it. */
export function idIn({ params, settings }: RequestContext): number | undefined {
  return readId(params.id ?? '', settings)
}

/** The entry with the id in the path. @throws HttpError 404 for ids that never existed or were deleted. */
export function findEntry(context: RequestContext): Located {
  const id = idIn(context)
  const located = id === undefined ? undefined : context.store.find(id)
  if (!located) throw unknownPid()
  if (located.entry.deleted !== null) throw notFound()
  return located
}

/** The draft if there is one, else the published record (zenodo-rdm LegacyRecordService.read_draft). */
export function draftOrRecord({ family, entry }: Located): Resolved {
  const edition = entry.draft ?? entry.record
  if (!edition) throw notFound()
  return { family, entry, edition, isDraft: entry.draft !== null }
}

/** A deposit for reading, which needs the rights of its owner even when it is published. */
export function readableDeposit(context: RequestContext): Resolved {
  const resolved = draftOrRecord(findEntry(context))
  requireManager(requireAccount(context), resolved.family)
  return resolved
}

/**
 * The draft that a request changes. Checks existence (404), then `If-Match` (412), then permission (403).
 * @throws HttpError 404 also for published records that are not in edit.
 */
export function writableDraft(context: RequestContext, scope: 'deposit:write' | 'deposit:actions'): OwnDraft {
  const { family, entry } = findEntry(context)
  if (!entry.draft) throw notFound()
  requireRevision(context, entry.draft)
  const account = requireAccount(context, scope)
  requireManager(account, family)
  return { family, entry, edition: entry.draft, isDraft: true, account }
}

/** Whether an account may see and change what is not public about a family. */
export function isManager(account: Account | undefined, family: Family): boolean {
  return account !== undefined && (account.role === 'superuser' || account.id === family.ownerId)
}

/** @throws HttpError 403 unless the account owns the family or is a superuser. */
export function requireManager(account: Account | undefined, family: Family): void {
  if (!isManager(account, family)) throw forbidden()
}

/** `If-Match` takes a bare integer, not the quoted one of the `ETag`; later versions of invenio-records-resources take both. */
function requireRevision(context: RequestContext, draft: Edition): void {
  const header = context.header('if-match')
  if (header === undefined) return
  const given = context.settings.quotedIfMatch === 'accepted' ? header.replace(/^(?:W\/)?"(.*)"$/, '$1') : header
  if (!/^\d+$/.test(given)) throw invalidField('if_match', 'Not a valid integer.')
  if (Number(given) === draft.revision) return
  throw new HttpError(412, `Revision id provided(${given}) doesn't match record's one(${draft.revision})`)
}

/** How published an entry is: `done`, in edit, or not yet. */
export function depositState(entry: Entry, isDraft: boolean): 'unsubmitted' | 'inprogress' | 'done' {
  if (!entry.record) return 'unsubmitted'
  return isDraft ? 'inprogress' : 'done'
}
