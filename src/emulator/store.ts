/** Which records exist? The store knows families, finds them by deposit id and by bucket, and saves what changed. */
import { randomUUID } from 'node:crypto'
import type { BlobStore } from './files/blob-store.ts'
import type { Bucket, Edition, Entry, Family, Located, StoredFile } from './records-model.ts'
import { filesOf, timestamp } from './records-model.ts'
import { createSearchIndex, type SearchIndex } from './search/search-index.ts'
import type { Ledger, StateKeeper } from './state-folder.ts'

/** A bucket with whose it is, and which of the two editions of the entry it belongs to. */
export interface LocatedBucket extends Located {
  readonly edition: Edition
  readonly kind: 'draft' | 'record'
}

/** Everything the routes need to know about records. It knows nothing of HTTP. */
export interface RecordStore {
  readonly blobs: BlobStore
  readonly ledger: Ledger
  readonly index: SearchIndex
  families(): readonly Family[]
  /** The entry with this id, deleted ones too. */
  find(id: number): Located | undefined
  findFamily(conceptId: number): Family | undefined
  findBucket(bucketId: string): LocatedBucket | undefined
  /** Takes the next number of the one counter for concepts and records. */
  takeId(): number
  addFamily(family: Family): void
  newBucket(files?: readonly StoredFile[]): Bucket
  /** Saves a changed family and shows it to the search; drops the bytes of files that nothing refers to any more. */
  commit(family: Family, changed: Entry, droppedFiles?: readonly StoredFile[]): Promise<void>
  saveLedger(): Promise<void>
  /** Forgets all records and files; ids go on counting. */
  clear(): Promise<void>
}

/** What a record store is made from. */
export interface StoreParts {
  readonly blobs: BlobStore
  readonly keeper: StateKeeper
  readonly ledger: Ledger
  readonly families: readonly Family[]
}

/** Creates the store over families that were loaded, if any. */
export function createRecordStore({ blobs, keeper, ledger, families }: StoreParts): RecordStore {
  const byConcept = new Map<number, Family>(families.map((family) => [family.conceptId, family]))
  const index = createSearchIndex()
  for (const family of families) for (const entry of family.entries) index.put(family, entry, 0)

  const byEntry = new Map<number, Located>()
  const byBucket = new Map<string, Located>()
  const remember = (family: Family, entry: Entry): void => {
    byEntry.set(entry.id, { family, entry })
    for (const edition of [entry.draft, entry.record]) if (edition) byBucket.set(edition.bucket.id, { family, entry })
  }
  for (const family of families) for (const entry of family.entries) remember(family, entry)

  return {
    blobs,
    ledger,
    index,
    families: () => [...byConcept.values()],
    find: (id) => byEntry.get(id),
    findFamily: (conceptId) => byConcept.get(conceptId),
    findBucket: (bucketId) => currentBucket(byBucket.get(bucketId), bucketId),
    takeId: () => ledger.nextId++,
    addFamily: (family) => void byConcept.set(family.conceptId, family),
    newBucket: (files = []) => ({ id: randomUUID(), files, pending: [], deletedBytes: 0, refuseNextWrite: false }),
    async commit(family, changed, droppedFiles = []) {
      remember(family, changed)
      index.put(family, changed, Date.now())
      await keeper.saveFamily(family)
      await blobs.remove(unreferenced(family, droppedFiles))
    },
    saveLedger: () => keeper.saveLedger(ledger),
    async clear() {
      byConcept.clear()
      byEntry.clear()
      byBucket.clear()
      index.clear()
      await keeper.saveLedger(ledger)
      await keeper.clearFamilies()
      await blobs.clear()
    },
  }
}

/** Buckets of edit drafts vanish with the draft, so what was remembered is checked against the entry as it is now. */
function currentBucket(located: Located | undefined, bucketId: string): LocatedBucket | undefined {
  if (!located || located.entry.deleted !== null) return undefined
  const { draft, record } = located.entry
  if (draft?.bucket.id === bucketId) return { ...located, edition: draft, kind: 'draft' }
  if (record?.bucket.id === bucketId) return { ...located, edition: record, kind: 'record' }
  return undefined
}

/** Versions share the bytes of equal files, so a file's bytes go only with the last bucket that lists them. */
function unreferenced(family: Family, files: readonly StoredFile[]): readonly string[] {
  const used = new Set(family.entries.flatMap(filesOf).map((file) => file.fileId))
  return files.map((file) => file.fileId).filter((fileId) => !used.has(fileId))
}

/** Marks an edition as saved: new revision, new modification time. */
export function touch(entry: Entry, edition: Edition): void {
  entry.revision += 1
  edition.revision = entry.revision
  edition.modified = timestamp()
}
