/** May this draft be published, and what becomes of it? */
import { type Account, MAIN_ACCOUNT } from './accounts.ts'
import { type FieldError, HttpError, invalid } from './http-answer.ts'
import type { Content, Doi } from './metadata/content.ts'
import { isDoi } from './metadata/identifiers.ts'
import { schemaErrors } from './metadata/publish-checks.ts'
import { wordOf } from './rdm/record-ids.ts'
import { type Edition, type Family, type StoredFile, timestamp } from './records-model.ts'
import type { OwnDraft } from './resolve-deposit.ts'
import type { EmulatorSettings } from './settings.ts'
import { type RecordStore, touch } from './store.ts'

type DoiSettings = Pick<EmulatorSettings, 'sandbox' | 'repository'>

/** The prefix under which this Zenodo registers DOIs. */
function doiPrefix(settings: DoiSettings): string {
  if (settings.repository === 'invenio') return '10.82433'
  return settings.sandbox ? '10.5072' : '10.5281'
}

/**
 * Publishes a draft: it becomes the record, under the same id.
 * @throws HttpError 400 with everything that is wrong, in InvenioRDM's field names.
 */
export async function publishDraft(store: RecordStore, draft: OwnDraft, settings: EmulatorSettings): Promise<void> {
  const { family, entry, edition, account } = draft
  if (settings.accountBlocked) {
    throw new HttpError(
      400,
      'Your account has been blocked - the record you tried to publish has been classified as spam. ' +
        'If you believe this is a mistake, please contact our support team.',
    )
  }
  const errors = [...schemaErrors(edition.content), ...fileErrors(edition), ...doiErrors(store, draft, settings)]
  if (errors.length > 0) throw invalid(...errors)
  if (settings.filesMustDiffer) requireNewFiles(draft)

  const dropped = entry.record?.bucket.files ?? []
  const doi = edition.content.doi ?? { identifier: ownDoi(entry.id, settings), provider: 'zenodo' as const }
  family.communities = joined(family, edition.content, { account, settings })
  if (doi.provider === 'zenodo') family.conceptDoi ??= ownDoi(family.conceptId, settings)
  const content = { ...edition.content, doi, communities: [] }
  entry.record = entry.record ? { ...entry.record, content } : { ...edition, content, created: timestamp() }
  if (!sameFiles(entry.record.bucket.files, edition.bucket.files)) entry.record.bucket.files = edition.bucket.files
  entry.draft = null
  touch(entry, entry.record)
  await store.commit(family, entry, dropped)
}

/** Only an edit draft whose bucket was not locked can hold other files than its record. */
function sameFiles(first: readonly StoredFile[], second: readonly StoredFile[]): boolean {
  const ids = (files: readonly StoredFile[]): string => files.map((file) => `${file.fileId} ${file.key}`).join('\n')
  return ids(first) === ids(second)
}

/** Zenodo's own DOI for a record or concept id. */
export function ownDoi(id: number, settings: DoiSettings): string {
  const name = settings.repository === 'invenio' ? wordOf(id) : `zenodo.${id}`
  return `${doiPrefix(settings)}/${name}`
}

function fileErrors({ bucket }: Edition): readonly FieldError[] {
  if (bucket.pending.length > 0) {
    return [{ field: 'files', messages: ['One or more files have not completed their transfer, please wait.'] }]
  }
  if (bucket.files.length > 0) return []
  const message = 'Missing uploaded files. To disable files for this record please mark it as metadata-only.'
  return [{ field: 'files.enabled', messages: [message] }]
}

function doiErrors(store: RecordStore, draft: OwnDraft, settings: EmulatorSettings): readonly FieldError[] {
  const { doi } = draft.edition.content
  const message = doi === undefined ? undefined : doiComplaint(store, draft, { doi, settings })
  return message === undefined ? [] : [{ field: 'pids.doi', messages: [message] }]
}

function doiComplaint(
  store: RecordStore,
  { entry }: OwnDraft,
  { doi, settings }: { readonly doi: Doi; readonly settings: EmulatorSettings },
): string | undefined {
  const registered = entry.record?.content.doi
  if (registered?.provider === 'zenodo' && registered.identifier !== doi.identifier) {
    return 'Cannot discard a reserved or registered persistent identifier.'
  }
  if (doi.identifier === registered?.identifier) return undefined
  if (doi.provider === 'zenodo') return zenodoDoiComplaint(doi.identifier, entry.id, settings)
  const prefix = doiPrefix(settings)
  if (!isDoi(doi.identifier)) return 'Invalid DOI'
  if (doi.identifier.startsWith(`${prefix}/`)) {
    const advice = "Please supply an external DOI or select 'No' to have a DOI generated for you."
    return `The prefix '${prefix}' is managed by Zenodo. ${advice}`
  }
  return isTaken(store, doi.identifier, entry.id) ? `doi:${doi.identifier} already exists.` : undefined
}

function zenodoDoiComplaint(identifier: string, id: number, settings: EmulatorSettings): string | undefined {
  const prefix = doiPrefix(settings)
  if (!identifier.startsWith(`${prefix}/`)) {
    return `Wrong DOI 10.5281 prefix provided, it should be ${prefix} as defined in the rest client`
  }
  const own = ownDoi(id, settings)
  return identifier === own ? undefined : `Wrong DOI ${identifier} provided, it should be ${own}`
}

/** Drafts reserve nothing: only published records hold an external DOI. */
function isTaken(store: RecordStore, identifier: string, id: number): boolean {
  const wanted = identifier.toLowerCase()
  return store
    .families()
    .flatMap((family) => family.entries)
    .some((entry) => entry.id !== id && entry.record?.content.doi?.identifier.toLowerCase() === wanted)
}

/** Communities that the publisher owns are joined at once; others and unknown slugs are passed over in silence. */
function joined(
  family: Family,
  content: Content,
  { account, settings }: { readonly account: Account; readonly settings: EmulatorSettings },
): readonly string[] {
  const owned = content.communities.filter((slug) =>
    settings.communities.some(
      (community) => community.slug === slug && (community.owner ?? MAIN_ACCOUNT) === account.name,
    ),
  )
  return [...new Set([...family.communities, ...owned])]
}

/** The rule of Zenodo before October 2023 (zenodo/zenodo modules/deposit/errors.py). */
function requireNewFiles({ family, entry, edition }: OwnDraft): void {
  const set = (files: readonly StoredFile[]): string => [...new Set(files.map((file) => file.md5))].sort().join()
  const wanted = set(edition.bucket.files)
  const isKnown = family.entries.some(
    (other) => other.id !== entry.id && other.record && set(other.record.bucket.files) === wanted,
  )
  if (!isKnown) return
  const message = "New version's files must differ from all previous versions."
  throw new HttpError(400, 'Validation error.', { errors: [{ code: 10, message }] })
}
