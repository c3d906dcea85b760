/** How is a call made that must not be made twice? Announce it, make it, settle it; a lost answer is resolved by looking. */
import { isFailure } from '../core/failure.ts'
import type { Intent } from './ports/work-store.ts'
import type { Run, RunContext } from './run-context.ts'

export interface IrreversibleCall<T> {
  readonly act: () => Promise<T>
  /** Looks whether the call was carried out: its result, or null when it was not (yet). */
  readonly find: () => Promise<T | null>
  /** Refusals that mean "it is there already", besides answers that were lost. */
  readonly mayHaveHappened?: (error: unknown) => boolean
}

/**
 * The announcement is a fenced write, so it is also the fresh lease check right before the call. When neither the answer
 * nor a look tells what happened, the intent stays open and the next run asks Zenodo first.
 */
export async function announced<T>(
  run: Run,
  context: RunContext,
  intent: Intent,
  call: IrreversibleCall<T>,
): Promise<T> {
  const { work, lead } = context
  await work.announce(lead.proof, run.copy.id, intent)
  try {
    const result = await call.act()
    await work.settleIntent(lead.proof, run.copy.id, intent, 'done')
    return result
  } catch (error) {
    context.signal.throwIfAborted()
    if (!isAmbiguous(error) && !call.mayHaveHappened?.(error)) {
      await settleRefused(run, context, intent, error)
      throw error
    }
    const found = await call.find()
    if (found === null) throw error
    await work.settleIntent(lead.proof, run.copy.id, intent, 'found_done')
    return found
  }
}

/** Whether the request may have been carried out although it failed. */
function isAmbiguous(error: unknown): boolean {
  return isFailure(error) && error.details.ambiguous === true
}

async function settleRefused(run: Run, context: RunContext, intent: Intent, error: unknown): Promise<void> {
  if (isFailure(error, 'lease_lost', 'claim_lost')) return
  const code = isFailure(error) ? error.code : 'internal_error'
  await context.work.settleIntent(context.lead.proof, run.copy.id, intent, `refused: ${code}`)
}
