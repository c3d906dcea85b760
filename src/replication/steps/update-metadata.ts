/** Zenodo's metadata becomes what the manifest says; a PUT replaces all of it. */
import { digestOf } from '../metadata-digest.ts'
import { factsOf, metadataOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'

export async function updateMetadata(run: Run, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const metadata = metadataOf(run, deposition, context.settings)
  const updated = await context.depositions.putMetadata(deposition.id, metadata, context.signal)
  const data = { deposition: deposition.id, title: metadata.title ?? null }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, {
    step: 'metadata',
    // a DOI may have been reserved by now
    facts: { ...factsOf(run.copy, updated, context.settings), metadataDigest: digestOf(metadata) },
    settles: null,
    data,
  })
  return { ...run, copy, deposition: updated }
}
