/** Which earlier copy holds this one back? The one authority for order; SQL only filters fast. */
import type { CopyState } from './copy.ts'
import { unfinishedStates } from './copy-state.ts'

interface Placed {
  readonly id: number
  readonly position: number
  readonly state: CopyState
}

/** Whether copies in this state hold back later copies of their dataset and family. */
export function isUnfinished(state: CopyState): boolean {
  return (unfinishedStates as readonly CopyState[]).includes(state)
}

/** The first copy of the family that must be finished or cancelled before `copy` may run, or null. */
export function blockedBy<T extends Placed>(copy: { readonly position: number }, family: readonly T[]): T | null {
  const ahead = family.filter((other) => other.position < copy.position && isUnfinished(other.state))
  return ahead.reduce<T | null>((first, other) => (first && first.position <= other.position ? first : other), null)
}
