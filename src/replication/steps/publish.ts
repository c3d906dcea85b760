/** The record becomes public, and that is read back: a record counts as published only when Zenodo shows our files and metadata. */
import type { Deposition } from '../../core/copy.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import { isUnchanged } from '../../core/file-changes.ts'
import { metadataShown } from '../../core/metadata/deposit-metadata.ts'
import { announced } from '../announced.ts'
import { lookSeveralTimes } from '../find-deposition.ts'
import { changesOf, doiOf, metadataOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'

/**
 * `submitted` stays true while a published record is edited, so only `state: done` proves anything (zenodo-rdm legacyjson).
 * A 504 often hides a success, and a second publish of a published record answers 404 (zenodo/zenodo#2131): both are looked up.
 */
export async function publish(run: Run, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'publish', depositionId: deposition.id, marker: null } as const
  await announced(run, context, intent, {
    act: () => context.depositions.publish(deposition.id, context.signal),
    find: () => readBack(deposition.id, context).then((shown) => (shown ? undefined : null)),
    mayHaveHappened: (error) => isFailure(error, 'zenodo_deposition_missing'),
  })
  const shown = await readBack(deposition.id, context)
  requireOurs(run, shown, context)
  const facts = {
    doi: doiOf(run.copy, shown, context.settings),
    recordUrl: shown.htmlUrl,
    conceptRecid: shown.conceptRecid,
  }
  const data = { deposition: shown.id, doi: shown.doi }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, { step: 'publish', facts, data })
  const submission = run.claimed.siblings.some((other) => other.depositionId === shown.id)
  // the submission's link led to the draft, which is now the record
  if (submission) await context.work.repoint(context.lead.proof, run.copy.id, shown.id, facts)
  return { ...run, copy, deposition: shown }
}

/** The deposition once Zenodo shows it as done, or null when it does not within the looks allowed. */
function readBack(id: number, context: RunContext): Promise<Deposition | null> {
  return lookSeveralTimes(context, async () => {
    const shown = await context.depositions.get(id, context.signal)
    return shown?.state === 'done' ? shown : null
  })
}

/** @throws Failure `publish_unconfirmed`, naming what is not as it should be. */
function requireOurs(run: Run, shown: Deposition | null, context: RunContext): asserts shown is Deposition {
  if (shown === null) throw new Failure('publish_unconfirmed', 'Zenodo does not show the record as published.')
  const fields = metadataShown(metadataOf(run, shown, context.settings), shown.metadata)
  if (fields.length > 0) {
    throw new Failure(
      'publish_unconfirmed',
      `The published record ${shown.id} shows other metadata than ours: ${fields.join(', ')}.`,
    )
  }
  if (!isUnchanged(changesOf(run, shown.files))) {
    throw new Failure('publish_unconfirmed', `The published record ${shown.id} does not show our files.`)
  }
}

/** Whether a publish that was announced but never settled is there to see: then nothing is left to do. */
export function wasPublishedByUs(run: Run, deposition: Deposition, context: RunContext): boolean {
  const open = run.claimed.openIntents.some(
    (intent) => intent.operation === 'publish' && intent.depositionId === deposition.id,
  )
  if (!open || deposition.state !== 'done' || run.copy.depositionId !== deposition.id) return false
  const shows = metadataShown(metadataOf(run, deposition, context.settings), deposition.metadata)
  return shows.length === 0 && isUnchanged(changesOf(run, deposition.files))
}
