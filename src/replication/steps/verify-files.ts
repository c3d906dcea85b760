/** Does the deposition hold exactly the wanted files, as Zenodo lists them now: names, sizes, checksums, nothing else? */
import { Failure } from '../../core/failure.ts'
import { differences } from '../../core/file-changes.ts'
import { changesOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'

export async function verifyFiles(run: Run, context: RunContext): Promise<Run> {
  const { id } = requireDeposition(run).deposition
  const deposition = await context.depositions.get(id, context.signal)
  if (deposition === null) {
    throw new Failure('zenodo_deposition_missing', `Deposition ${id} is gone from Zenodo.`, {
      details: { deposition: id },
    })
  }
  const found = differences(changesOf(run, deposition.files), deposition.files)
  if (found.length > 0) {
    const shown = found.slice(0, 5).join('; ')
    const text = `Deposition ${id} does not hold what it should: ${shown}${found.length > 5 ? `; and ${found.length - 5} more` : ''}.`
    throw new Failure('verification_failed', text, { details: { deposition: id, differences: found.length } })
  }
  const skipped = run.files.filter((file) => file.state === 'skipped').length
  const data = { deposition: id, files: deposition.files.length, archives: run.archives.length, skipped }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, {
    step: 'verify',
    facts: {},
    settles: null,
    data,
  })
  return { ...run, copy, deposition }
}
