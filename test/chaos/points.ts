/** At which points can a worker be hit? Before and after each kind of call to Zenodo and of write to the database, and within a write. */
import { calls } from '../property/history.ts'

export interface Point {
  readonly on: 'zenodo' | 'database'
  /** Of the call or of the write. */
  readonly name: string
  /** `within`: a statement of the write is done, and its transaction is still open. */
  readonly when: 'before' | 'within' | 'after'
}

const callNames = Object.keys(calls).filter((name) => name !== 'any') as Array<Exclude<keyof typeof calls, 'any'>>

/** Which kind of call is this request? */
export function callName(method: string, path: string): string {
  const found = callNames.find((name) => {
    const [wanted, pattern] = calls[name]
    return wanted === method && new RegExp(pattern).test(path)
  })
  return found ?? 'other'
}

/**
 * Kinds of writes, by what tells them in their statements; a transaction is of the first kind that fits one of them.
 * Events come first: they say what a transaction is about.
 */
const writes: ReadonlyArray<readonly [string, RegExp]> = [
  ['lease acquire', /^insert into `lease_history`/],
  ['lease renew', /^update `leases` .*`beat` = beat \+ 1/],
  ['lease release', /^update `leases` .*`holder` = NULL/],
  ...['create', 'new_version', 'publish', 'discard'].map(
    (operation) => [`announce ${operation}`, eventOf('intent', `"operation\\\\":\\\\"${operation}\\\\"`)] as const,
  ),
  ...['rescued', 'finished', 'retry', 'error', 'released', 'repointed', 'step', 'intent_settled', 'claimed'].map(
    (kind) => [kind, eventOf(kind)] as const,
  ),
  ['place files', /^update `zenodo_copy_files` .*`archive`/],
  ['record files', /^update `zenodo_copy_files` /],
  ['heartbeat', /^update `zenodo_copies` .*CASE id WHEN/],
  ['tell status', /^insert into `worker_status`/],
  ['enter step', /^update `zenodo_copies` .*`step` =/],
]

/** Columns stand in any order. */
function eventOf(kind: string, more = ''): RegExp {
  return new RegExp(`^insert into \`?zenodo_copy_events\`? (?=.*'${kind}')(?=.*${more})`, 's')
}

/** Which kind of write are these statements? Null: one of which nothing hangs, or none. */
export function writeName(statements: readonly string[]): string | null {
  return writes.find(([, pattern]) => statements.some((sql) => pattern.test(sql)))?.[0] ?? null
}

export const points: readonly Point[] = [
  ...callNames.flatMap((name) => (['before', 'after'] as const).map((when) => ({ on: 'zenodo', name, when }) as const)),
  ...writes.flatMap(([name]) =>
    (['before', 'within', 'after'] as const).map((when) => ({ on: 'database', name, when }) as const),
  ),
]

export function pointText({ on, name, when }: Point): string {
  return `${when} ${on === 'zenodo' ? 'call' : 'write'} "${name}"`
}
