/** What happens to a family when a deposit is created, edited, given a new version, or thrown away? */
import { randomUUID } from 'node:crypto'
import type { Account } from './accounts.ts'
import { forbidden, HttpError, invalidField, notFound } from './http-answer.ts'
import type { Content } from './metadata/content.ts'
import { today } from './metadata/input.ts'
import { liftEmbargo } from './metadata/publish-checks.ts'
import {
  type Edition,
  type Entry,
  type Family,
  filesOf,
  type Located,
  newestRecord,
  openNextDraft,
  type StoredFile,
  timestamp,
} from './records-model.ts'
import type { EmulatorSettings } from './settings.ts'
import { type RecordStore, touch } from './store.ts'

/** Creates a family with its first draft. Concept and record take two numbers of one counter, the concept first. */
export async function createDeposit(store: RecordStore, account: Account, content: Content): Promise<Located> {
  const family: Family = {
    conceptId: store.takeId(),
    ownerId: account.id,
    conceptDoi: null,
    communities: [],
    entries: [],
  }
  const entry = addDraft(store, family, 1, content)
  store.addFamily(family)
  await store.commit(family, entry)
  return { family, entry }
}

/** Opens a published record for editing; a draft that is already there is left as it is. */
export async function openEdit(store: RecordStore, { family, entry }: Located): Promise<void> {
  if (entry.draft || !entry.record) return
  const { content, bucket, created } = entry.record
  entry.draft = newEdition(store, liftEmbargo(content), bucket.files, created)
  touch(entry, entry.draft)
  await store.commit(family, entry)
}

/** Throws a draft away: a never published deposit is gone, a published one is as before the edit. */
export async function discardDraft(store: RecordStore, { family, entry }: Located): Promise<void> {
  const dropped = filesOf(entry)
  if (entry.record) entry.draft = null
  else entry.deleted = timestamp()
  await store.commit(family, entry, dropped)
}

/**
 * Opens the next version with the newest version's files, as the deposit API does.
 * @throws HttpError 404 when nothing is published, 403 for an external DOI, 400 when an open next draft has files.
 */
export async function openNewVersion(
  store: RecordStore,
  family: Family,
  settings: Pick<EmulatorSettings, 'newversionPublicationDate' | 'flip403'>,
): Promise<Entry> {
  const { newest, record } = newestOf(family)
  const { content, bucket } = record
  if (bucket.files.length === 0) throw new HttpError(400, 'The record has no files.')
  const open = openNextDraft(family)
  if (open?.draft && open.draft.bucket.files.length > 0) {
    throw invalidField('files.enabled', 'Please remove all files first.')
  }
  const files = copyFiles(bucket.files)
  const entry = open ?? addDraft(store, family, newest.index + 1, nextContent(content, settings))
  if (entry.draft) {
    entry.draft.bucket.files = files
    entry.draft.bucket.refuseNextWrite = settings.flip403
  }
  await store.commit(family, entry)
  return entry
}

/** Opens the next version without files, or finds the one that is open: the records API does so as often as it is asked. */
export async function openNextVersion(
  store: RecordStore,
  family: Family,
  settings: Pick<EmulatorSettings, 'newversionPublicationDate'>,
): Promise<Entry> {
  const { newest, record } = newestOf(family)
  const entry =
    openNextDraft(family) ?? addDraft(store, family, newest.index + 1, nextContent(record.content, settings))
  await store.commit(family, entry)
  return entry
}

/** Copies the files of the newest version into an empty draft of the next one. */
export async function importFiles(store: RecordStore, { family, entry }: Located): Promise<void> {
  const newest = newestRecord(family)
  if (!newest?.record || !entry.draft || entry.record) throw notFound()
  const { bucket } = entry.draft
  if (bucket.files.length > 0 || bucket.pending.length > 0) {
    throw invalidField('files.enabled', 'Please remove all files first.')
  }
  if (newest.record.bucket.files.length === 0) throw new HttpError(400, 'The record has no files.')
  bucket.files = copyFiles(newest.record.bucket.files)
  await store.commit(family, entry)
}

/** The newest version, of which there may be another. */
function newestOf(family: Family): { readonly newest: Entry; readonly record: Edition } {
  const newest = newestRecord(family)
  if (!newest?.record) throw notFound('The persistent identifier is not registered.')
  // Versions of records with external DOIs are switched off on Zenodo (RDM_ALLOW_EXTERNAL_DOI_VERSIONING, zenodo/zenodo#2536).
  if (newest.record.content.doi?.provider === 'external') throw forbidden()
  return { newest, record: newest.record }
}

/** What a next version starts with: no DOI, no version, no communities, and today's date. */
function nextContent(
  { doi: _, ...content }: Content,
  settings: Pick<EmulatorSettings, 'newversionPublicationDate'>,
): Content {
  const { version: _version, publicationDate: _date, ...metadata } = content.metadata
  const dated = settings.newversionPublicationDate === 'today' ? { ...metadata, publicationDate: today() } : metadata
  return liftEmbargo({ ...content, metadata: dated, communities: [] })
}

function addDraft(store: RecordStore, family: Family, index: number, content: Content): Entry {
  const draft = newEdition(store, content, [])
  const entry: Entry = { id: store.takeId(), index, draft, record: null, deleted: null, formats: [], revision: 0 }
  touch(entry, draft)
  family.entries.push(entry)
  return entry
}

function newEdition(
  store: RecordStore,
  content: Content,
  files: readonly StoredFile[],
  created: string = timestamp(),
): Edition {
  return { content, bucket: store.newBucket(copyFiles(files)), created, modified: created, revision: 0 }
}

/** Copies share the stored bytes and keep the file id; only the object version is new. */
function copyFiles(files: readonly StoredFile[]): readonly StoredFile[] {
  const now = timestamp()
  return files.map((file) => ({ ...file, versionId: randomUUID(), created: now, updated: now }))
}
