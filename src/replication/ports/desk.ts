/** What do people see of the table, and do to it? Types only. */
import type { Copy, CopyFile, CopyState, CopyType, Family } from '../../core/copy.ts'
import type { CopySort } from '../../core/copy-sorts.ts'
import type { PersonAction } from '../../core/copy-state.ts'
import type { CallerWay, Role } from '../../core/roles.ts'
import type { FlowRequest, FlowSums } from './flow.ts'
import type { WorkerView } from './worker-status.ts'

export interface CopyFilter {
  readonly ids?: readonly number[]
  readonly states?: readonly CopyState[]
  readonly types?: readonly CopyType[]
  readonly family?: Family
  readonly dataset?: string
  readonly errorCode?: string
  readonly blocked?: boolean
  /** Search words: see core/search. */
  readonly q?: string
  /** Key of an error group. */
  readonly errorGroup?: string
  /** So many attempts, or more. */
  readonly minAttempts?: number
  readonly minBytes?: number
  readonly belowBytes?: number
  /** Came in longer ago, or within this time; changed last longer ago, or within this time. */
  readonly olderThanMs?: number
  readonly youngerThanMs?: number
  readonly unchangedForMs?: number
  readonly changedWithinMs?: number
}

/** Who acts, and why. Stories of copies tell name and reason, the audit log all of it. */
export interface Actor {
  readonly name: string
  readonly reason: string | null
  /** Default: a program that uses this package. */
  readonly how?: CallerWay | 'cli'
  readonly role?: Role
  /** Of the request over HTTP. */
  readonly requestId?: string
}

export interface ActRequest {
  readonly filter: CopyFilter
  readonly actor: Actor
  /** Versions of the copies as they were seen (`versionOf`); without, as they are. */
  readonly expected?: readonly string[] | undefined
}

export interface Desk {
  /**
   * One action on every copy of the filter that allows it, in one transaction, with an event each.
   * @returns the copies acted on, and those that refused with their state.
   * @throws Failure `copy_changed` when one is not as it was seen; nothing is changed then.
   */
  act(
    action: PersonAction,
    filter: CopyFilter,
    actor: Actor,
    expected?: ActRequest['expected'],
  ): Promise<{ readonly done: Copy[]; readonly refused: Copy[] }>
  switches(): Promise<Switch[]>
  setSwitch(name: SwitchName, actor: Actor): Promise<void>
  /** @returns whether it was set */
  clearSwitch(name: SwitchName, actor: Actor): Promise<boolean>
  /** In how many families what is stored about the order is not what follows from the states: none, unless somebody wrote into the table. */
  wrongOrder(): Promise<number>
  /** Puts that right. @returns in how many families */
  repairOrder(): Promise<number>
  /** Counts for good what has been finished for a while, so that `counts` need not. A chore: leaving it out costs time only. */
  countFinished(): Promise<void>
  /** In how many families that number is not that of the copies: none, unless somebody wrote into the tables. */
  wrongCounts(): Promise<number>
  /** Counts those anew. @returns in how many families */
  repairCounts(): Promise<number>
}

/** `pause`: a person stopped claiming. `breaker`: the worker did, because of Zenodo. */
export type SwitchName = 'pause' | 'breaker'

export interface Switch {
  readonly name: SwitchName
  readonly by: string
  readonly reason: string | null
  readonly since: string
}

export interface CopyEvent {
  readonly id: number
  readonly copyId: number
  readonly at: string
  readonly kind: string
  readonly actor: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface ListRequest extends CopyFilter {
  readonly sort?: CopySort
  readonly order?: 'asc' | 'desc'
  /** 1 to 1000, default 50. */
  readonly limit?: number
  readonly cursor?: string
}

export interface Reading {
  list(request: ListRequest): Promise<{ readonly copies: CopyView[]; readonly nextCursor: string | null }>
  get(id: number): Promise<CopyView | null>
  events(copyId: number): Promise<CopyEvent[]>
  files(copyId: number): Promise<CopyFile[]>
  /** All copies of the dataset and family of a copy, by position. */
  chain(copyId: number): Promise<CopyView[]>
  /** Of copies in any state: the id of the first earlier unfinished copy of the family, for those that have one. */
  ahead(ids: readonly number[]): Promise<ReadonlyMap<number, number>>
  counts(): Promise<Array<{ readonly family: Family; readonly state: CopyState; readonly count: number }>>
  /** Of the copies that are enqueued: how many could run now, wait for their time, and wait for an earlier one. */
  waiting(): Promise<Waiting>
  /** What goes wrong, by kind; the kinds of which most copies are in error first. */
  errorGroups(): Promise<ErrorGroups>
  /** What came in, was done and waits. */
  flow(request: FlowRequest): Promise<FlowSums>
  /** How many copies a filter finds in each state. */
  countMatching(filter: CopyFilter): Promise<Array<{ readonly state: CopyState; readonly count: number }>>
  /** Of the copies that may run now, the one that is due for longest; null when there is none. */
  oldestDue(): Promise<{ readonly id: number; readonly dueForMs: number } | null>
  /** What the worker that holds this lease, or held it last, told of itself; null: none ever did. */
  worker(leaseName: string): Promise<WorkerView | null>
}

export interface Waiting {
  readonly due: number
  readonly later: number
  readonly blocked: number
}

/** Errors that differ only in what they are about. Times are ISO 8601. */
export interface ErrorGroup {
  /** Key of the group, for filters. */
  readonly group: string
  readonly code: string
  /** The sentence that they have in common. */
  readonly message: string
  /** What a person can do. */
  readonly hint: string
  /** Copies in error. */
  readonly copies: number
  /** Copies that wait to be tried again by themselves. */
  readonly retrying: number
  /** When the first and the last of them went wrong, of those that still are. */
  readonly firstSeen: string
  readonly lastSeen: string
  /** Id of the copy that came in last. */
  readonly example: number
}

export interface ErrorGroups {
  readonly groups: readonly ErrorGroup[]
  /** Kinds that are not told, as there are too many. */
  readonly more: number
}

/** A copy with what is derived when it is read. */
export interface CopyView extends Copy {
  /** Id of the first earlier copy that holds it back, else null. */
  readonly blockedBy: number | null
  /** Of its version; null when the manifest has none. */
  readonly title: string | null
  /** Key of the errors like its own; null when nothing is wrong with it. */
  readonly errorGroup: string | null
  /** Events of it that left the log for the archive. */
  readonly eventsArchived: number
}
