/** Zenodo refuses to publish what another of our records shows already: which one does the copy go on with then? */
import { externalDoi } from '../core/doi.ts'
import { Failure, isFailure } from '../core/failure.ts'
import { sameBytes } from '../core/same-bytes.ts'
import { dropDraft } from './drop-draft.ts'
import { findPublishedBeside } from './find-deposition.ts'
import { editsInPlace, type Run, type RunContext, requireDeposition } from './run-context.ts'

/** @returns the run with the record that stands for this version. @throws `refusal` itself when there is none of ours. */
export async function goOnElsewhere(run: Run, refusal: unknown, context: RunContext): Promise<Run> {
  // a published record with an open edit would lose that edit only, and stay
  if (requireDeposition(run).deposition.state !== 'unsubmitted') throw refusal
  if (isFailure(refusal, 'zenodo_files_known')) return withKnownFiles(run, refusal, context)
  if (isFailure(refusal, 'zenodo_doi_taken')) return withDoi(run, refusal, context)
  throw refusal
}

/** Zenodo before October 2023 refused a version whose files it has in another one: that one stands for this version. */
async function withKnownFiles(run: Run, refusal: Failure, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const { claimed } = run
  const known = await findPublishedBeside(deposition, { claimed, context }, (found) =>
    sameBytes(found.files, deposition.files),
  )
  if (known === null) throw refusal
  const note = `Zenodo has these files already as record ${known.id} and takes no version with the same ones, so the draft ${deposition.id} was dropped.`
  return dropDraft(run, { by: known, note }, context)
}

/** A record of ours from before this table was kept has the dataset's DOI: the next run edits that one in place. */
async function withDoi(run: Run, refusal: Failure, context: RunContext): Promise<Run> {
  if (!editsInPlace(run.copy, context.settings)) throw refusal
  const doi = externalDoi(run.copy.dataset.doi)
  const { deposition } = requireDeposition(run)
  const record = await context.depositions.findByDoi(doi, context.signal)
  if (record === null || record.id === deposition.id) throw refusal
  const note = `Record ${record.id} has the DOI ${doi} already, so the draft ${deposition.id} was dropped and that record is gone on with.`
  await dropDraft(run, { by: record, note }, context)
  throw new Failure('zenodo_changed', note, { details: { deposition: record.id } })
}
