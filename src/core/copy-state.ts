/** Which state may a copy move to, and who moves it on? docs/states.md is made from this file. */
import type { CopyState } from './copy.ts'
import { Failure } from './failure.ts'

/** What each state means, and who moves a copy on from it. */
export const stateWords: Readonly<Record<CopyState, { readonly meaning: string; readonly movedOnBy: string }>> = {
  enqueued: {
    meaning: 'Waiting: for its turn, for an earlier copy of its family, or for the time of its next try.',
    movedOnBy: 'The worker claims it in order. A person may defer or cancel it, or requeue it to run at once.',
  },
  replicating: {
    meaning: 'The worker is busy with it; `step` says with what.',
    movedOnBy:
      'The worker: it finishes, fails, is tried again later, or is released by a shutdown. The next leader takes it back when the worker dies.',
  },
  finished: {
    meaning: 'At Zenodo, and verified there.',
    movedOnBy:
      'Nothing. A changed dataset is a new version, with copies of its own. When an audit found that Zenodo lost something, a person may repair it.',
  },
  error: {
    meaning:
      'Needs a person: `error` says what happened and what can be done. It holds back later copies of its family.',
    movedOnBy: 'A person requeues, defers or cancels it.',
  },
  deferred: {
    meaning: 'Parked by a person. It holds back later copies of its family.',
    movedOnBy: 'A person resumes or cancels it.',
  },
  cancelled: {
    meaning: 'A person decided that it will not go. It holds back nothing.',
    movedOnBy: 'A person may take the decision back by requeueing it.',
  },
}

export const transitions = {
  enqueued: { claim: 'replicating', requeue: 'enqueued', defer: 'deferred', cancel: 'cancelled' },
  replicating: { finish: 'finished', fail: 'error', retry: 'enqueued', release: 'enqueued', rescue: 'enqueued' },
  finished: { repair: 'enqueued' },
  error: { requeue: 'enqueued', defer: 'deferred', cancel: 'cancelled' },
  deferred: { resume: 'enqueued', cancel: 'cancelled' },
  cancelled: { requeue: 'enqueued' },
} as const satisfies Record<CopyState, Readonly<Record<string, CopyState>>>

/** Every state there is. */
export const stateNames = Object.keys(transitions) as readonly CopyState[]

/** What a person can do to a copy. */
export const personActions = ['requeue', 'defer', 'resume', 'cancel'] as const
export type PersonAction = (typeof personActions)[number]

/** States in which a copy holds back the later copies of its dataset and family. */
export const unfinishedStates = ['enqueued', 'replicating', 'error', 'deferred'] as const satisfies readonly CopyState[]

const whyNot: Readonly<Record<CopyState, string>> = {
  enqueued: 'it is waiting in the queue',
  replicating: 'the worker is busy with it; wait until it is done',
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
  return stateNames.filter((state) => nextState(state, action) !== null)
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
