/** What does a leader do now and then beside its copies? Each chore in its own rhythm, and none while a person has paused the service. */
import { asFailure } from '../core/failure.ts'
import type { HeldLease } from './keep-lease.ts'
import type { Shift } from './shift.ts'
import type { Turnover } from './turnover.ts'

export interface Chore {
  readonly name: 'orphans' | 'finished_counts' | 'old_events' | 'old_messages'
  /** Between two times; the first comes as soon as this process leads. */
  readonly everyMs: number
  /** Whether nothing may be claimed meanwhile. */
  readonly halts: boolean
  /** Does it, or a part that takes no longer than a moment. @returns whether more is left to be done right away */
  run(lead: HeldLease, signal: AbortSignal): Promise<boolean>
}

/** Does those that are due. Trouble with one keeps neither the others nor the copies. @returns whether one has more to do right away */
export async function doChores(shift: Shift, turnover: Turnover): Promise<boolean> {
  const { ports, state } = shift
  const due = ports.chores.filter((chore) => performance.now() >= (state.choresAt.get(chore) ?? 0))
  if (due.length === 0 || (await ports.desk.switches()).some((one) => one.name === 'pause')) return false
  let more = false
  for (const chore of due) more = (await perform(chore, shift, turnover)) || more
  return more
}

/** The next time is set first: trouble must not repeat at once. */
async function perform(chore: Chore, { ports, lead, state, ends }: Shift, turnover: Turnover): Promise<boolean> {
  state.choresAt.set(chore, performance.now() + chore.everyMs)
  try {
    state.halted = chore.halts
    // a claim that is under way comes to its end first
    if (chore.halts) await turnover.alone(async () => undefined)
    if (!(await chore.run(lead, ends))) return false
    state.choresAt.set(chore, 0)
    state.quietLooks = 0
    return true
  } catch (error) {
    lead.signal.throwIfAborted()
    if (!ends.aborted) ports.emit({ kind: 'worker.trouble', failure: asFailure(error) })
    return false
  } finally {
    state.halted = false
  }
}
