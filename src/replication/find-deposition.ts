/** Which deposition does a copy continue on? Its own, else the newest of its family that still exists at Zenodo. */
import type { Copy, Deposition, DepositionId } from '../core/copy.ts'
import type { ClaimedCopy, OpenIntent, Settlement } from './ports/work-store.ts'
import { editsInPlace, type RunContext } from './run-context.ts'

export interface Found {
  readonly deposition: Deposition | null
  /** An unanswered call whose draft this is: settled when the draft is stored as the copy's own. */
  readonly settles: Settlement | null
  /** Depositions that copies of the family point at, but that are gone from Zenodo. */
  readonly gone: readonly DepositionId[]
  /** A record of the family that this copy cannot go on with, because of its DOI. */
  readonly passedOver: Deposition | null
}

/**
 * Looks at Zenodo. A create or new version that was announced but never settled is resolved first: its draft is adopted
 * when it exists. Deleted drafts are passed over, so a version never starts from something that is gone.
 */
export async function findDeposition(claimed: ClaimedCopy, context: RunContext): Promise<Found> {
  if (claimed.copy.depositionId === null) {
    const adopted = await adoptUnsettled(claimed, context)
    if (adopted) return adopted
  }
  const gone: DepositionId[] = []
  let passedOver: Deposition | null = null
  for (const id of candidates(claimed)) {
    const found = await getSurely(id, context)
    if (found === null) gone.push(id)
    else if (suits(found, claimed.copy, context)) return { deposition: found, settles: null, gone, passedOver }
    else passedOver ??= found
  }
  return { deposition: null, settles: null, gone, passedOver }
}

/**
 * A registered DOI cannot be changed, and a record with another's DOI cannot have versions (zenodo/zenodo#2536).
 * So after a change of `data.doi`, or when a person published a draft under another DOI, a deposition of its own is made.
 */
function suits(found: Deposition, copy: Copy, { settings }: RunContext): boolean {
  if (!found.submitted || found.doi === null) return true
  return editsInPlace(copy, settings) === found.doiIsExternal
}

/** The newest published record of the family besides `draft` that is as `fits` says, or null. */
export async function findPublishedBeside(
  draft: Deposition,
  { claimed, context }: { readonly claimed: ClaimedCopy; readonly context: RunContext },
  fits: (found: Deposition) => boolean = () => true,
): Promise<Deposition | null> {
  for (const id of candidates(claimed)) {
    if (id === draft.id) continue
    const found = await getSurely(id, context)
    if (found?.submitted && suits(found, claimed.copy, context) && fits(found)) return found
  }
  return null
}

/**
 * Null only when several looks do not see it. Taken for gone by mistake, a draft would be left behind for good, and the
 * versions of a record would become two records.
 */
export function getSurely(id: DepositionId, context: RunContext): Promise<Deposition | null> {
  return lookSeveralTimes(context, () => context.depositions.get(id, context.signal))
}

/** Own id first; then those of earlier copies, newest first. */
function candidates({ copy, siblings }: ClaimedCopy): DepositionId[] {
  const earlier = siblings.filter((other) => other.position < copy.position).toReversed()
  const ids = [copy.depositionId, ...earlier.map((other) => other.depositionId)]
  return [...new Set(ids.filter((id) => id !== null))]
}

const nothingElse = { gone: [], passedOver: null }

async function adoptUnsettled(claimed: ClaimedCopy, context: RunContext): Promise<Found | null> {
  for (const intent of claimed.openIntents) {
    const found = await draftOf(intent, claimed, context)
    if (found === undefined) continue
    if (found) return { deposition: found, settles: { intent, outcome: `adopted ${found.id}` }, ...nothingElse }
    await context.work.settleIntent(context.lead.proof, claimed.copy.id, { intent, outcome: 'not_done' })
  }
  return null
}

/** The draft an unanswered call left behind; null: none; undefined: not a call that makes drafts. */
async function draftOf(
  intent: OpenIntent,
  claimed: ClaimedCopy,
  context: RunContext,
): Promise<Deposition | null | undefined> {
  const { marker, announcedAt } = intent
  if (intent.operation === 'create' && marker !== null) return findCreated({ marker, announcedAt }, context)
  const isVersion = intent.operation === 'new_version' && !editsInPlace(claimed.copy, context.settings)
  if (!isVersion || intent.depositionId === null) return undefined
  const published = await context.depositions.get(intent.depositionId, context.signal)
  return published && context.depositions.findOpenDraft(published.conceptRecid, context.signal)
}

/** The draft with our marker. Zenodo's list comes from an index that lags, so it is asked several times. */
export async function findCreated(
  created: { readonly marker: string; readonly announcedAt: string },
  context: RunContext,
): Promise<Deposition | null> {
  return lookSeveralTimes(context, async () => {
    for await (const draft of context.depositions.ownDrafts(listedSince(created.announcedAt), context.signal)) {
      if (draft.keywords.includes(created.marker)) return context.depositions.get(draft.id, context.signal)
    }
    return null
  })
}

/** Our database's clock and Zenodo's may disagree. */
const clocksMs = 3_600_000

/** Since when a draft may have been created that was announced at this ISO time. */
export function listedSince(announcedAt: string): string {
  return new Date(Date.parse(announcedAt) - clocksMs).toISOString()
}

/** Asks until there is an answer, `looks.times` at most, pausing twice as long each time. */
export async function lookSeveralTimes<T>(context: RunContext, look: () => Promise<T | null>): Promise<T | null> {
  const { times, firstMs } = context.settings.looks
  for (let turn = 0; turn < times; turn += 1) {
    const found = await look()
    if (found !== null) return found
    if (turn + 1 < times) await context.sleep(firstMs * 2 ** turn, context.signal)
  }
  return null
}
