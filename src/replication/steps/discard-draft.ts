/** A version without files is published: its emptied draft is dropped, and the family points at what is still there. */
import { dropDraft } from '../drop-draft.ts'
import { type Run, type RunContext, requireDeposition } from '../run-context.ts'

/** The step before has verified that the draft holds no file, by asking Zenodo. */
export async function discardDraft(run: Run, context: RunContext): Promise<Run> {
  const { id } = requireDeposition(run).deposition
  const note = `Version ${run.copy.version.number} has no files, so the draft ${id} was dropped.`
  return dropDraft(run, { by: run.published, note }, context)
}
