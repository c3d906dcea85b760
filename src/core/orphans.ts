/**
 * Which drafts did lost answers leave at Zenodo, so that no copy will ever use them? Ours only: one that carries a marker
 * we announced, or the next version that we asked for and that nobody has touched since. Never one that a person made.
 */
import type { Copy, Deposition } from './copy.ts'
import { isUnfinished } from './ordering.ts'

/** A create or new version that was announced, and is not known to have given a copy its deposition. */
export interface DoubtfulCall {
  readonly copy: Pick<Copy, 'id' | 'dataset' | 'version' | 'type' | 'state'>
  readonly operation: 'create' | 'new_version'
  /** Of a create: what was written into the draft. */
  readonly marker: string | null
  /** Of a new version: the published deposition that it was asked of, and its concept. */
  readonly depositionId: Deposition['id'] | null
  readonly conceptRecid: string | null
  /** ISO time by the database's clock. */
  readonly announcedAt: string
  /** Nobody has found out yet how it ended: the copy's next run looks for the draft, and continues on it. */
  readonly isOpen: boolean
  /** Whether any copy of the dataset and family has still to run: it would continue an open next version. */
  readonly familyWaits: boolean
}

/**
 * The announcements of one call that are in doubt still once the last of them is settled. One that was not to be seen may
 * turn up yet, as Zenodo's index lags; of new versions there is one at most, so once it is known, none is in doubt.
 */
export function stillDoubtful<Call extends { readonly isOpen: boolean }>(
  calls: readonly Call[],
  outcome: string,
): Call[] {
  if (outcome === 'not_done') return calls.map((call) => ({ ...call, isOpen: false }))
  return outcome.startsWith('refused') ? calls.slice(0, -1) : []
}

/** A draft as a list of Zenodo shows it. */
interface ListedDraft {
  readonly id: Deposition['id']
  readonly conceptRecid: string
  readonly keywords: readonly string[]
  readonly createdAt: string
  readonly modifiedAt: string
}

export interface Orphan<Draft extends ListedDraft = ListedDraft> {
  readonly draft: Draft
  /** The call that left it. */
  readonly call: DoubtfulCall
}

/** How far Zenodo's clock may be behind the database's, and how long a lost call may have gone on at Zenodo. */
const behindMs = 120_000
const longestCallMs = 900_000

/** Whether no copy will continue on what the call may have made. */
export function isAbandoned(call: DoubtfulCall): boolean {
  if (call.operation === 'create') return !(call.isOpen && isUnfinished(call.copy.state))
  return call.conceptRecid !== null && !call.familyWaits
}

/** The orphans among the drafts of the account. @param inUse depositions that copies point at */
export function orphansAmong<Draft extends ListedDraft>(
  drafts: readonly Draft[],
  calls: readonly DoubtfulCall[],
  inUse: ReadonlySet<Deposition['id']>,
): Array<Orphan<Draft>> {
  return drafts.flatMap((draft) => {
    const call = inUse.has(draft.id) ? undefined : calls.find((one) => isAbandoned(one) && isLeftBy(one, draft))
    return call === undefined ? [] : [{ draft, call }]
  })
}

function isLeftBy(call: DoubtfulCall, draft: ListedDraft): boolean {
  if (call.operation === 'create') return call.marker !== null && draft.keywords.includes(call.marker)
  if (call.conceptRecid !== draft.conceptRecid) return false
  const from = Date.parse(call.announcedAt) - behindMs
  const until = Date.parse(call.announcedAt) + longestCallMs
  return Date.parse(draft.createdAt) >= from && Date.parse(draft.modifiedAt) <= until
}

/**
 * Whether it may be deleted, read again right before. A next version carries no marker, so it must say what the record says that
 * it comes from, and hold nothing but files of that: then nothing is lost that one click would not bring back.
 */
export function mayBeDeleted(now: Deposition, call: DoubtfulCall, record: Deposition | null): boolean {
  if (now.state !== 'unsubmitted') return false
  if (call.operation === 'create') {
    const { keywords } = now.metadata
    // the marker goes with the first metadata, before any file comes: files beside it are somebody else's
    return now.files.length === 0 && Array.isArray(keywords) && keywords.includes(call.marker)
  }
  if (record === null || record.conceptRecid !== now.conceptRecid) return false
  const told = (one: Deposition) => JSON.stringify(carriedOver.map((field) => one.metadata[field]))
  if (told(now) !== told(record)) return false
  return now.files.every((file) => record.files.some(({ name, md5 }) => name === file.name && md5 === file.md5))
}

/** What Zenodo copies into a next version as it is, and what people change first. */
const carriedOver = ['title', 'description', 'creators', 'keywords', 'notes'] as const
