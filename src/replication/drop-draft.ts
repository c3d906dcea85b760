/** A draft that nobody needs any more goes, and the copies that pointed at it point at what is there instead. */
import type { Deposition } from '../core/copy.ts'
import { announced } from './announced.ts'
import { getSurely } from './find-deposition.ts'
import { factsOf, type Run, type RunContext, requireDeposition } from './run-context.ts'

export interface Replacement {
  /** What the copies point at from now on; null: nothing is left. */
  readonly by: Deposition | null
  /** Why, for the people who look at the copies. */
  readonly note: string
}

/** To be called only with a draft whose state was read in this run: a record in its place would lose an edit. */
export async function dropDraft(run: Run, { by, note }: Replacement, context: RunContext): Promise<Run> {
  const draft = requireDeposition(run).deposition.id
  const intent = { operation: 'discard', depositionId: draft, marker: null } as const
  const { settlement } = await announced(run, context, intent, {
    act: () => context.depositions.discard(draft, context.signal),
    find: async () => ((await getSurely(draft, context)) === null ? undefined : null),
  })
  const to = { ...factsOf(run.copy, by, context.settings), note }
  const change = { from: draft, to, settles: settlement }
  const copy = await context.work.repoint(context.lead.proof, run.copy.id, change)
  return { ...run, copy, deposition: by }
}
