/** The record becomes public, and that is read back: it counts only when Zenodo shows `done` with our files and metadata. */
import type { Deposition, DepositionId } from '../../core/copy.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import { differences } from '../../core/file-changes.ts'
import { accessShown } from '../../core/metadata/access-shown.ts'
import { metadataShown } from '../../core/metadata/deposit-metadata.ts'
import { announced } from '../announced.ts'
import { lookSeveralTimes } from '../find-deposition.ts'
import { goOnElsewhere } from '../go-on-elsewhere.ts'
import type { Settlement } from '../ports/work-store.ts'
import { changesOf, factsOf, metadataOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'
import { today } from '../today.ts'

/**
 * `submitted` stays true while a published record is edited, so only `state: done` proves anything (zenodo-rdm legacyjson).
 * A 504 often hides a success, and a second publish of a published record answers 404 (zenodo/zenodo#2131): both are looked up.
 */
export async function publish(run: Run, context: RunContext): Promise<Run> {
  try {
    return await publishDeposition(run, context)
  } catch (error) {
    return goOnElsewhere(run, error, context)
  }
}

async function publishDeposition(run: Run, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const settles = run.publishedByUs ? foundPublished(run) : await makePublic(run, context)
  const shown = run.publishedByUs ? deposition : await confirmed(run, context)
  await joinCommunities(run, shown, context)
  const facts = factsOf(run.copy, shown, context.settings)
  const data = { deposition: shown.id }
  const { work, lead } = context
  const copy = await work.recordStep(lead.proof, run.copy.id, { step: 'publish', facts, settles, data })
  // the link of the submission led to the draft, which is now the record
  const submission = run.claimed.siblings.some((other) => other.depositionId === shown.id)
  if (submission) await work.repoint(lead.proof, run.copy.id, { from: shown.id, to: facts, settles: null })
  return { ...run, copy, deposition: shown }
}

async function makePublic(run: Run, context: RunContext): Promise<Settlement> {
  const { id } = requireDeposition(run).deposition
  const intent = { operation: 'publish', depositionId: id, marker: null } as const
  const { settlement } = await announced(run, context, intent, {
    act: () => context.depositions.publish(id, context.signal),
    find: async () => ((await lookUntil(id, context, (shown) => shown.state === 'done')) ? undefined : null),
    mayHaveHappened: (error) => isFailure(error, 'zenodo_deposition_missing'),
  })
  return settlement
}

async function joinCommunities(run: Run, shown: Deposition, context: RunContext): Promise<void> {
  const { communities = [] } = metadataOf(run, shown, context.settings)
  const slugs = communities.map(({ identifier }) => identifier)
  await context.depositions.joinCommunities(shown.id, slugs, context.signal)
}

function foundPublished(run: Run): Settlement {
  const { id } = requireDeposition(run).deposition
  return { intent: { operation: 'publish', depositionId: id, marker: null }, outcome: 'found_done' }
}

/** The record as it should be shown, once Zenodo shows it so. @throws Failure naming what is not as it should be. */
async function confirmed(run: Run, context: RunContext): Promise<Deposition> {
  const { id } = requireDeposition(run).deposition
  const ours = await lookUntil(id, context, (shown) => strange(run, shown, context).length === 0)
  if (ours) return ours
  const shown = await context.depositions.get(id, context.signal)
  if (shown?.state !== 'done')
    throw new Failure('publish_unconfirmed', `Zenodo does not show record ${id} as published.`)
  const found = strange(run, shown, context).slice(0, 5).join('; ')
  throw new Failure('published_differently', `The published record ${id} is not as it was sent: ${found}.`)
}

function lookUntil(
  id: DepositionId,
  context: RunContext,
  good: (shown: Deposition) => boolean,
): Promise<Deposition | null> {
  return lookSeveralTimes(context, async () => {
    const shown = await context.depositions.get(id, context.signal)
    return shown !== null && good(shown) ? shown : null
  })
}

/** What keeps a deposition from being our published record, in words. */
function strange(run: Run, shown: Deposition, context: RunContext): string[] {
  if (shown.state !== 'done') return ['it is not published']
  const wanted = metadataOf(run, shown, context.settings)
  const fields = [...metadataShown(wanted, shown.metadata), ...accessShown(wanted, shown.metadata, today())]
  return [...fields.map((field) => `its ${field} differs`), ...differences(changesOf(run, shown.files), shown.files)]
}

/** Whether a publish that was announced but never settled is there to see: then nothing is left to do but to store it. */
export function wasPublishedByUs(run: Run, deposition: Deposition, context: RunContext): boolean {
  const open = run.claimed.openIntents.some(
    (intent) => intent.operation === 'publish' && intent.depositionId === deposition.id,
  )
  return open && run.copy.depositionId === deposition.id && strange(run, deposition, context).length === 0
}
