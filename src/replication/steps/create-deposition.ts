/** How does a copy get its deposition: create, reuse, reopen for editing, or start the next version? */
import type { Deposition } from '../../core/copy.ts'
import { Failure, isFailure } from '../../core/failure.ts'
import { announced } from '../announced.ts'
import { dropDraft } from '../drop-draft.ts'
import { dropEdit } from '../drop-edit.ts'
import { holdsWanted } from '../examine-files.ts'
import { findCreated, lookSeveralTimes } from '../find-deposition.ts'
import type { NextVersion } from '../ports/depositions.ts'
import type { Settlement } from '../ports/work-store.ts'
import {
  factsOf,
  metadataOf,
  type Run,
  type RunContext,
  type RunWithDeposition,
  requireDeposition,
} from '../run-context.ts'

interface Obtained {
  readonly deposition: Deposition
  readonly settles: Settlement | null
  /** What people should know about how it came about. */
  readonly note?: string
}

export async function createDeposition(run: Run, context: RunContext): Promise<Run> {
  const { deposition, settles, note } = await obtain(run, context)
  const facts = { ...factsOf(run.copy, deposition, context.settings), ...(note === undefined ? {} : { note }) }
  const data = { how: run.beginning, state: deposition.state }
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, { step: 'create', facts, settles, data })
  const before = run.deposition?.submitted && run.deposition.id !== deposition.id ? run.deposition : null
  return { ...run, copy, deposition, published: run.published ?? before, settles: null }
}

async function obtain(run: Run, context: RunContext): Promise<Obtained> {
  switch (run.beginning) {
    case 'create':
      return create(run, context)
    case 'reuse':
      return { deposition: requireDeposition(run).deposition, settles: run.settles }
    case 'reopen': {
      const { id } = requireDeposition(run).deposition
      return { deposition: await context.depositions.reopen(id, context.signal), settles: run.settles }
    }
    case 'new_version':
      return startNewVersion(run, context)
    case 'drop_edit_then_new_version':
      await dropEdit(run, context)
      return startNewVersion(run, context)
    case 'drop_draft':
      return dropNeedlessDraft(run, context)
    case 'drop_draft_then_reopen': {
      const { deposition, ...rest } = await dropNeedlessDraft(run, context)
      return { ...rest, deposition: await context.depositions.reopen(deposition.id, context.signal) }
    }
  }
}

/** Zenodo knows no idempotency key: a marker in the first write finds the draft again when the answer is lost. */
async function create(run: Run, context: RunContext): Promise<Obtained> {
  const marker = context.marker()
  const metadata = metadataOf(run, null, context.settings)
  const marked = { ...metadata, keywords: [...(metadata.keywords ?? []), marker] }
  const intent = { operation: 'create', depositionId: null, marker } as const
  const { result, settlement } = await announced(run, context, intent, {
    act: () => context.depositions.create(marked, context.signal),
    // the row was last written when it was claimed, which is before the announcement
    find: () => findCreated({ marker, announcedAt: run.copy.updatedAt }, context),
  })
  return { deposition: result, settles: settlement, ...noteOn(run.passedOver) }
}

function noteOn(passedOver: Deposition | null): Pick<Obtained, 'note'> {
  if (passedOver === null) return {}
  const { id, doi } = passedOver
  return {
    note: `Record ${id} has the DOI ${doi}, with which this copy cannot go on, so it has a deposition of its own.`,
  }
}

/** An open next draft of the family is adopted: Zenodo keeps at most one, and refuses another while that has files. */
async function startNewVersion(run: Run, context: RunContext): Promise<Obtained> {
  const { deposition } = requireDeposition(run)
  const intent = { operation: 'new_version', depositionId: deposition.id, marker: null } as const
  const find = async () => {
    const look = () => context.depositions.findOpenDraft(deposition.conceptRecid, context.signal)
    const open = await lookSeveralTimes(context, look)
    return open === null ? null : { draft: open, isNew: false }
  }
  const { result, settlement } = await announced(run, context, intent, {
    act: (): Promise<NextVersion> => context.depositions.startNewVersion(deposition.id, context.signal),
    find,
    mayHaveHappened: (error) => isFailure(error, 'zenodo_draft_exists'),
  })
  const draft = { ...run, deposition: result.draft }
  const mayBeNeedless = !result.isNew || (await holdsWanted(draft, result.draft, context))
  if (mayBeNeedless) await adoptNewest(draft, { settlement, isNew: result.isNew }, context)
  return { deposition: result.draft, settles: settlement }
}

/**
 * When the newest version has the wanted files already, somebody else has published it: it is gone on with, and a draft is
 * not needed. One that we have just begun is dropped; one that was open before is left to whoever works on it. The next
 * run makes its plan from there.
 */
async function adoptNewest(
  draft: RunWithDeposition,
  { settlement, isNew }: { readonly settlement: Settlement; readonly isNew: boolean },
  context: RunContext,
): Promise<void> {
  const { deposition } = draft
  const newest = await context.depositions.findNewestRecord(deposition.conceptRecid, context.signal)
  if (newest === null || !(await holdsWanted(draft, newest, context))) return
  const note = `Record ${newest.id} was published by somebody else with the files of this version, which it stands for now.`
  if (isNew) await dropDraft(draft, { by: newest, note }, context)
  const facts = { ...factsOf(draft.copy, newest, context.settings), note }
  const record = { step: 'create', facts, settles: settlement, data: { how: 'adopted' } } as const
  await context.work.recordStep(context.lead.proof, draft.copy.id, record)
  throw new Failure('zenodo_changed', note, { details: { deposition: newest.id } })
}

/** The published record holds the very files, so there is nothing to make another version for. */
async function dropNeedlessDraft(run: Run, context: RunContext): Promise<Obtained> {
  const { published } = run
  if (published === null) throw new Error(`copy ${run.copy.id} has no published record to fall back to`)
  const { id } = requireDeposition(run).deposition
  const note = `The files are those of the published record ${published.id}, so the draft ${id} was dropped.`
  await dropDraft(run, { by: published, note }, context)
  return { deposition: published, settles: run.settles, note }
}
