/**
 * Which state may a copy move to, and who moves it on?
 *
 * - enqueued    – waiting. The worker claims it in order; a person may defer or cancel it.
 * - replicating – the leader is at work. Ends by finish, fail, retry, release (shutdown, outage) or rescue (leader died).
 * - finished    – at Zenodo and verified. Nothing moves it; a new version makes a new copy.
 * - error       – needs a person. A curator requeues or cancels it; it blocks later copies of its family.
 * - deferred    – parked by a person. Resume puts it back; it blocks later copies of its family.
 * - cancelled   – a person decided that it will not go. Ordering treats it as done; requeue takes the decision back.
 */
import type { CopyState } from './copy.ts'
import { Failure } from './failure.ts'

export const transitions = {
  enqueued: { claim: 'replicating', requeue: 'enqueued', defer: 'deferred', cancel: 'cancelled' },
  replicating: { finish: 'finished', fail: 'error', retry: 'enqueued', release: 'enqueued', rescue: 'enqueued' },
  finished: {},
  error: { requeue: 'enqueued', defer: 'deferred', cancel: 'cancelled' },
  deferred: { resume: 'enqueued', cancel: 'cancelled' },
  cancelled: { requeue: 'enqueued' },
} as const satisfies Record<CopyState, Readonly<Record<string, CopyState>>>

/** What a person can do to a copy. */
export const personActions = ['requeue', 'defer', 'resume', 'cancel'] as const
export type PersonAction = (typeof personActions)[number]

/** States in which a copy holds back the later copies of its dataset and family. */
export const unfinishedStates = ['enqueued', 'replicating', 'error', 'deferred'] as const satisfies readonly CopyState[]

const whyNot: Readonly<Record<CopyState, string>> = {
  enqueued: 'it is waiting in the queue',
  replicating: 'the worker is busy with it; wait, or pause the worker first',
  finished: 'it is already at Zenodo; a changed dataset needs a new version',
  error: 'it has failed',
  deferred: 'it is deferred; resume it instead',
  cancelled: 'it was cancelled',
}

/** The state an action leads to, or null when it is not allowed from `state`. */
export function nextState(state: CopyState, action: string): CopyState | null {
  const row: Readonly<Record<string, CopyState>> = transitions[state]
  return row[action] ?? null
}

/** States from which a person may take this action. */
export function statesAllowing(action: PersonAction): CopyState[] {
  return (Object.keys(transitions) as CopyState[]).filter((state) => nextState(state, action) !== null)
}

/** @throws Failure `action_refused`, with the reason in words, when the action is not allowed now. */
export function requireAction(
  copy: { readonly id: number; readonly state: CopyState },
  action: PersonAction,
): CopyState {
  const next = nextState(copy.state, action)
  if (next !== null) return next
  const allowed = statesAllowing(action).join(', ')
  throw new Failure('action_refused', `Cannot ${action} copy ${copy.id}: ${whyNot[copy.state]}.`, {
    details: { copy: copy.id, state: copy.state, action, allowedFrom: allowed },
  })
}
