/** How does a copy get its deposition: create, reuse, reopen for editing, or start the next version? */
import type { Deposition } from '../../core/copy.ts'
import { isFailure } from '../../core/failure.ts'
import { announced } from '../announced.ts'
import { findCreated, lookSeveralTimes } from '../find-deposition.ts'
import { doiOf, metadataOf, type Run, type RunContext, requireDeposition } from '../run-context.ts'

export async function createDeposition(run: Run, context: RunContext): Promise<Run> {
  const deposition = await obtain(run, context)
  const facts = {
    depositionId: deposition.id,
    conceptRecid: deposition.conceptRecid,
    doi: doiOf(run.copy, deposition, context.settings),
    recordUrl: deposition.htmlUrl,
  }
  const data = { how: run.beginning, deposition: deposition.id, state: deposition.state }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, { step: 'create', facts, data })
  return { ...run, copy, deposition }
}

async function obtain(run: Run, context: RunContext): Promise<Deposition> {
  switch (run.beginning) {
    case 'create':
      return create(run, context)
    case 'reuse':
      return requireDeposition(run).deposition
    case 'reopen':
      return context.depositions.reopen(requireDeposition(run).deposition.id, context.signal)
    case 'new_version':
      return startNewVersion(run, context)
    case 'drop_edit_then_new_version':
      await dropEdit(run, context)
      return startNewVersion(run, context)
  }
}

/** Zenodo knows no idempotency key: a marker in the first write finds the draft again when the answer is lost. */
async function create(run: Run, context: RunContext): Promise<Deposition> {
  const marker = context.marker()
  const metadata = metadataOf(run, null, context.settings)
  const marked = { ...metadata, keywords: [...(metadata.keywords ?? []), marker] }
  const intent = { operation: 'create', depositionId: null, marker } as const
  return announced(run, context, intent, {
    act: () => context.depositions.create(marked, context.signal),
    find: () => findCreated(marker, context),
  })
}

/** An open next draft of the family is adopted: Zenodo keeps at most one, and refuses another while that has files. */
async function startNewVersion(run: Run, context: RunContext): Promise<Deposition> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'new_version', depositionId: deposition.id, marker: null } as const
  const find = () =>
    lookSeveralTimes(context, () => context.depositions.findOpenDraft(deposition.conceptRecid, context.signal))
  return announced(run, context, intent, {
    act: () => context.depositions.startNewVersion(deposition.id, context.signal),
    find,
    mayHaveHappened: (error) => isFailure(error, 'zenodo_draft_exists'),
  })
}

/** The record was read as `inprogress` in this run: what is dropped is an edit, never a draft. */
async function dropEdit(run: Run, context: RunContext): Promise<void> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'discard', depositionId: deposition.id, marker: null } as const
  await announced(run, context, intent, {
    act: () => context.depositions.discard(deposition.id, context.signal),
    find: async () => {
      const now = await context.depositions.get(deposition.id, context.signal)
      return now?.state === 'done' ? undefined : null
    },
  })
}
