/** An open edit of a published record goes; the record stays as it was before. */
import { announced } from './announced.ts'
import { type Run, type RunContext, requireDeposition } from './run-context.ts'

/** The record was read as `inprogress` in this run: what is dropped is an edit, never a draft. */
export async function dropEdit(run: Run, context: RunContext): Promise<void> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'discard', depositionId: deposition.id, marker: null } as const
  const { settlement } = await announced(run, context, intent, {
    act: () => context.depositions.discard(deposition.id, context.signal),
    find: async () => {
      const now = await context.depositions.get(deposition.id, context.signal)
      return now?.state === 'done' ? undefined : null
    },
  })
  await context.work.settleIntent(context.lead.proof, run.copy.id, settlement)
}
