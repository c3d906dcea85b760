/** What do the list and the search see? The last states of each entry, so that they can lag behind as Zenodo's index does. */
import type { Edition, Entry, Family } from '../records-model.ts'

/** An entry as it was when it was indexed. */
export interface IndexedEntry {
  readonly family: Family
  readonly entry: Entry
}

/** Remembers states of entries by the time they were saved. */
export interface SearchIndex {
  /** Takes the state of an entry, saved at `atMs` (epoch milliseconds). */
  put(family: Family, entry: Entry, atMs: number): void
  /** Every entry as it was `lagMs` ago; deletions show at once (invenio-drafts-resources refreshes the index on delete). */
  rows(lagMs: number): readonly IndexedEntry[]
  clear(): void
}

interface State {
  readonly atMs: number
  readonly row: IndexedEntry
}

/** Older states than this many are forgotten; nobody asks for a lag that spans more changes of one entry. */
const STATES_KEPT = 50

/** An empty index. */
export function createSearchIndex(): SearchIndex {
  const states = new Map<number, readonly State[]>()
  return {
    put(family, entry, atMs) {
      if (entry.deleted !== null) {
        states.delete(entry.id)
        return
      }
      const row = { family: { ...family, entries: [] }, entry: snapshot(entry) }
      states.set(entry.id, [{ atMs, row }, ...(states.get(entry.id) ?? [])].slice(0, STATES_KEPT))
    },
    rows(lagMs) {
      const horizon = Date.now() - lagMs
      return [...states.values()].flatMap((history) => history.find((state) => state.atMs <= horizon)?.row ?? [])
    },
    clear: () => states.clear(),
  }
}

/** Content and file lists are replaced and never changed, so a copy of what holds them is enough. */
function snapshot(entry: Entry): Entry {
  return { ...entry, draft: copyOf(entry.draft), record: copyOf(entry.record) }
}

function copyOf(edition: Edition | null): Edition | null {
  return edition && { ...edition, bucket: { ...edition.bucket } }
}
