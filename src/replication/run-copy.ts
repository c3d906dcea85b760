/** Read this first: how does one claimed copy get from its row to Zenodo, and what becomes of the row? */
import type { Step } from '../core/copy.ts'
import { hasBeenTaken } from '../core/enqueue-rules.ts'
import { asFailure, Failure, isFailure } from '../core/failure.ts'
import { isUnchanged } from '../core/file-changes.ts'
import { blockedBy } from '../core/ordering.ts'
import { outcomeOf } from '../core/outcome.ts'
import { planSteps } from '../core/steps.ts'
import { examineFiles, holdsWanted } from './examine-files.ts'
import { findDeposition, findPublishedBeside } from './find-deposition.ts'
import { finishedMessages } from './finished-messages.ts'
import { leaveGone } from './leave-gone.ts'
import { type PackedFiles, packFiles, recordPlaces } from './pack-files.ts'
import type { ClaimedCopy, Outcome } from './ports/work-store.ts'
import { changesOf, editsInPlace, factsOf, type Run, type RunContext, wantedFiles } from './run-context.ts'
import { stepFunctions } from './steps/index.ts'
import { wasPublishedByUs } from './steps/publish.ts'
import { recordKnownFiles } from './steps/sync-files.ts'

/**
 * Runs a claimed copy to its outcome. Every failure becomes an outcome, but for two that are nobody's result: a lost lease
 * (nothing may be written any more) and an abort; those are thrown.
 */
export async function runCopy(claimed: ClaimedCopy, context: RunContext): Promise<Outcome> {
  const progress = { started: false }
  try {
    requireRunnable(claimed)
    const packed = packFiles(claimed, context)
    await recordPlaces(claimed, packed, context)
    const run = await begin(claimed, packed, context)
    return await work(run, context, progress)
  } catch (error) {
    context.signal.throwIfAborted()
    if (isFailure(error, 'lease_lost', 'claim_lost')) throw error
    const failed = { attempts: claimed.copy.attempts, started: progress.started, jitter: context.random() }
    return outcomeOf(asFailure(error), failed, context.settings.retry)
  }
}

/** Guards before the first request. SQL filtered by order already; this is the authority, asked about the claimed row. */
function requireRunnable({ copy, files, siblings }: ClaimedCopy): void {
  const ahead = blockedBy(copy, siblings)
  if (ahead)
    throw new Failure('order_changed', `Copy ${copy.id} has to wait for copy ${ahead.id}, which came in before it.`)
  const later = siblings.find((other) => other.position > copy.position && hasBeenTaken(other))
  if (later) {
    const text = `Copy ${copy.id} is out of date: copy ${later.id} of a later version has been taken to Zenodo.`
    throw new Failure('superseded', text, { details: { copy: later.id } })
  }
  if (copy.family === 'data' && wantedFiles({ files }).length === 0) {
    throw new Failure('no_files', 'Nothing to send: the version has no data file with content.')
  }
}

/** Looks at Zenodo once, and reads the sources that nothing else can tell apart. */
async function begin(claimed: ClaimedCopy, packed: PackedFiles, context: RunContext): Promise<Run> {
  const { deposition, settles, gone, passedOver } = await findDeposition(claimed, context)
  const copy = await leaveGone(claimed, { deposition, gone }, context)
  const run: Run = {
    claimed,
    copy,
    ...packed,
    beginning: 'reuse',
    deposition,
    passedOver,
    published: null,
    settles,
    publishedByUs: false,
  }
  if (deposition === null) return run
  const examined = await examineFiles(run, deposition, context)
  const versioned = deposition.state === 'unsubmitted' && !editsInPlace(copy, context.settings)
  const published = versioned ? await findPublishedBeside(deposition, { claimed, context }) : null
  return { ...examined, published, publishedByUs: wasPublishedByUs(examined, deposition, context) }
}

async function work(run: Run, context: RunContext, progress: { started: boolean }): Promise<Outcome> {
  const { copy, deposition, published, publishedByUs } = run
  const plan = planSteps({
    type: copy.type,
    editsInPlace: editsInPlace(copy, context.settings),
    deposition,
    wanted: wantedFiles(run).length,
    unchanged: deposition !== null && isUnchanged(changesOf(run, deposition.files)),
    publishedEquals: published !== null && (await holdsWanted(run, published, context)),
    publishedByUs,
  })
  if (plan.kind === 'nothing') return finishWithoutWork(run, plan, context)
  progress.started = true
  let current: Run = { ...run, beginning: plan.beginning }
  for (const step of plan.steps) current = await perform(step, current, context)
  return { kind: 'finished', attempt: true, messages: finishedMessages(current, plan.steps.includes('publish')) }
}

async function perform(step: Step, run: Run, context: RunContext): Promise<Run> {
  context.signal.throwIfAborted()
  context.emit({ kind: 'step.started', copy: run.copy, step })
  const startedAt = context.now()
  await context.work.enterStep(context.lead.proof, run.copy.id, step)
  const next = await stepFunctions[step](run, context)
  context.emit({ kind: 'step.finished', copy: next.copy, step, durationMs: context.now() - startedAt })
  return next
}

/** Nothing to send: the row says why, and points at what is there already. */
async function finishWithoutWork(
  run: Run,
  plan: { note: string; keepsDeposition: boolean },
  context: RunContext,
): Promise<Outcome> {
  const deposition = plan.keepsDeposition ? run.deposition : null
  const facts = { ...factsOf(run.copy, deposition, context.settings), note: plan.note }
  const record = { step: 'create', facts, settles: run.settles, data: {} } as const
  const copy = await context.work.recordStep(context.lead.proof, run.copy.id, record)
  if (deposition !== null) await recordKnownFiles(run, deposition, context)
  return { kind: 'finished', attempt: false, messages: finishedMessages({ ...run, copy }, false) }
}
