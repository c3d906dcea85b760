/** A version without files is published: its emptied draft is dropped, and the family points at what is still there. */
import { announced } from '../announced.ts'
import { type Run, type RunContext, requireDeposition } from '../run-context.ts'

/** The step before has verified that the draft holds no file, by asking Zenodo. */
export async function discardDraft(run: Run, context: RunContext): Promise<Run> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'discard', depositionId: deposition.id, marker: null } as const
  const { settlement } = await announced(run, context, intent, {
    act: () => context.depositions.discard(deposition.id, context.signal),
    find: async () => ((await context.depositions.get(deposition.id, context.signal)) === null ? undefined : null),
  })
  const last = run.claimed.siblings.findLast(
    (other) =>
      other.position < run.copy.position && other.depositionId !== null && other.depositionId !== deposition.id,
  )
  const to = {
    depositionId: last?.depositionId ?? null,
    conceptRecid: last ? deposition.conceptRecid : null,
    doi: last?.doi ?? null,
    recordUrl: null,
    note: `Version ${run.copy.version.number} has no files, so the draft ${deposition.id} was dropped.`,
  }
  const change = { from: deposition.id, to, settles: settlement }
  const copy = await context.work.repoint(context.lead.proof, run.copy.id, change)
  return { ...run, copy, deposition: null }
}
