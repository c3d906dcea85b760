/** Which work on many copies can somebody ask for, which states does it go through, and when will it be done? */
import { Failure } from './failure.ts'

/**
 * `audit` compares what copies left at Zenodo with the table · `refresh_metadata` brings metadata of today to what is there already ·
 * `backfill` brings many old versions in, behind everything current · `embargo` closes, or opens, all records of a dataset ·
 * `takedown` lists what of a dataset is at Zenodo, and deletes its drafts when asked to.
 */
export const jobKinds = ['audit', 'refresh_metadata', 'backfill', 'embargo', 'takedown'] as const
export type JobKind = (typeof jobKinds)[number]

/** `loading`: what was sent for it is still coming in. */
export const jobStates = ['loading', 'waiting', 'running', 'paused', 'finished', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

/**
 * `pending`: still to be done · `waiting`: its copies are in the queue · `done` · `failed`: a person should look ·
 * `passed`: there was nothing to do, or it was left alone.
 */
export const itemStates = ['pending', 'waiting', 'done', 'failed', 'passed'] as const
export type ItemState = (typeof itemStates)[number]

/** What a person can do to a job. */
export const jobActions = ['pause', 'resume', 'cancel'] as const
export type JobAction = (typeof jobActions)[number]

const transitions: Readonly<Record<JobState, Readonly<Partial<Record<JobAction, JobState>>>>> = {
  loading: { cancel: 'cancelled' },
  waiting: { pause: 'paused', cancel: 'cancelled' },
  running: { pause: 'paused', cancel: 'cancelled' },
  paused: { resume: 'waiting', cancel: 'cancelled' },
  finished: {},
  failed: {},
  cancelled: {},
}

/** The state an action leads to, or null when it is not allowed from `state`. */
function nextJobState(state: JobState, action: JobAction): JobState | null {
  return transitions[state][action] ?? null
}

/** @throws Failure `action_refused` */
export function requireJobAction(job: { readonly id: number; readonly state: JobState }, action: JobAction): JobState {
  const next = nextJobState(job.state, action)
  if (next !== null) return next
  const text = `Cannot ${action} job ${job.id}: it is ${job.state}.`
  const hint = 'See `zenodo-replicator job show ID` for where it stands.'
  throw new Failure('action_refused', text, { hint, details: { job: job.id, state: job.state, action } })
}

/** How fast a job has gone since it was last started. */
export interface Pace {
  readonly items: number
  readonly elapsedMs: number
}

/** Milliseconds until all is done, if it goes on as fast; null while nothing tells. */
export function msLeft(remaining: number, pace: Pace): number | null {
  if (remaining === 0) return 0
  if (pace.items <= 0 || pace.elapsedMs <= 0) return null
  return Math.round((remaining * pace.elapsedMs) / pace.items)
}

/** How much of it is not over. */
export function remaining(job: {
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly passed: number
}): number {
  return Math.max(0, job.total - job.done - job.failed - job.passed)
}
