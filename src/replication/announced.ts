/** How is a call made that must not be made twice? Announce it, make it, settle it; a lost answer is resolved by looking. */
import { isFailure } from '../core/failure.ts'
import type { Intent, Settlement, WorkStore } from './ports/work-store.ts'
import type { RunContext } from './run-context.ts'

export interface IrreversibleCall<T> {
  readonly act: () => Promise<T>
  /** Looks whether the call was carried out: its result, or null when it was not (yet). */
  readonly find: () => Promise<T | null>
  /** Refusals that mean "it is there already", besides answers that were lost. */
  readonly mayHaveHappened?: (error: unknown) => boolean
}

/** The copy in whose story the call is told. */
interface Subject {
  readonly copy: { readonly id: number }
}

interface Announcing extends Pick<RunContext, 'lead' | 'signal'> {
  readonly work: Pick<WorkStore, 'announce' | 'settleIntent'>
}

/** A call that was carried out. The caller settles it in the transaction that stores what came of it. */
export interface CarriedOut<T> {
  readonly result: T
  readonly settlement: Settlement
}

/**
 * The announcement is a fenced write, so it is also the fresh lease check right before the call. When neither the answer
 * nor a look tells what happened, or what happened could not be stored, the intent stays open and the next run asks Zenodo
 * first.
 */
export async function announced<T>(
  run: Subject,
  context: Announcing,
  intent: Intent,
  call: IrreversibleCall<T>,
): Promise<CarriedOut<T>> {
  await context.work.announce(context.lead.proof, run.copy.id, intent)
  const answer = await settled(call.act())
  if ('value' in answer) return { result: answer.value, settlement: { intent, outcome: 'done' } }
  const { error } = answer
  context.signal.throwIfAborted()
  if (!isAmbiguous(error) && !call.mayHaveHappened?.(error)) {
    await settleRefused(run, context, intent, error)
    throw error
  }
  const found = await call.find()
  if (found === null) throw error
  return { result: found, settlement: { intent, outcome: 'found_done' } }
}

/** Apart from what is done with it, so that no later failure is taken for the call's own. */
async function settled<T>(call: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await call }
  } catch (error) {
    return { error }
  }
}

/** Whether the request may have been carried out although it failed. */
function isAmbiguous(error: unknown): boolean {
  return isFailure(error) && error.details.ambiguous === true
}

async function settleRefused(run: Subject, context: Announcing, intent: Intent, error: unknown): Promise<void> {
  if (isFailure(error, 'lease_lost', 'claim_lost')) return
  const code = isFailure(error) ? error.code : 'internal_error'
  await context.work.settleIntent(context.lead.proof, run.copy.id, { intent, outcome: `refused: ${code}` })
}
