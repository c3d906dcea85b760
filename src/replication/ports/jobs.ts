/** What do jobs need of the table, and what do people see of them? Types only. */
import type { Copy } from '../../core/copy.ts'
import type { ItemState, JobAction, JobKind, JobState } from '../../core/jobs.ts'
import type { Actor, CopyFilter } from './desk.ts'
import type { ClaimedCopy, LeaseProof, WorkStore } from './work-store.ts'

/** What was asked for. */
export interface JobParameters {
  /** Which copies; of a backfill: none. */
  readonly filter?: Pick<CopyFilter, 'ids' | 'dataset' | 'family' | 'types'>
  /** Embargo: YYYY-MM-DD, null lifts it. */
  readonly until?: string | null
  /** Takedown: the drafts are deleted. */
  readonly deleteDrafts?: boolean
}

export interface NewJob {
  readonly kind: JobKind
  readonly parameters: JobParameters
  readonly actor: Actor
}

/** A job, and how far it is. Times are ISO 8601 in UTC. */
export interface Job {
  readonly id: number
  readonly kind: JobKind
  readonly parameters: JobParameters
  readonly state: JobState
  /** Known when `planned`. */
  readonly total: number
  readonly planned: boolean
  readonly done: number
  readonly failed: number
  readonly passed: number
  /** That it brought to Zenodo. */
  readonly bytesDone: number
  readonly startedBy: string
  readonly reason: string | null
  readonly error: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly finishedAt: string | null
  /** If it goes on as it went since it was last started; null while nothing tells. */
  readonly estimatedEndAt: string | null
}

/** One line of the report. */
export interface JobItem {
  readonly id: number
  readonly state: ItemState
  readonly dataset: string | null
  readonly copyId: number | null
  readonly finding: string | null
  readonly message: string | null
  readonly data: Readonly<Record<string, unknown>>
  readonly updatedAt: string
}

/** What came of an item. */
export interface ItemResult {
  readonly state: Exclude<ItemState, 'pending'>
  /** A word for machines. */
  readonly finding: string
  readonly message: string
  /** Where it was not known before. */
  readonly dataset?: string
  readonly data?: Readonly<Record<string, unknown>>
  /** That were brought to Zenodo. */
  readonly bytes?: number
  /** Copies that turned out to be concerned: items of their own. */
  readonly adds?: ReadonlyArray<{ readonly copyId: number; readonly dataset: string }>
}

/** What is to be done next. */
export interface ItemToDo {
  readonly id: number
  readonly jobId: number
  readonly failures: number
  readonly copyId: number | null
  readonly payload: string | null
  readonly data: Readonly<Record<string, unknown>>
}

export interface ItemsRequest {
  readonly states?: readonly ItemState[]
  readonly finding?: string
  /** Ids greater than this. */
  readonly after?: number
  readonly limit: number
}

/** What people do with jobs. */
export interface JobDesk {
  start(job: NewJob): Promise<Job>
  /** Starts one with what was sent for it, one item for each; it begins when all are there. */
  startWith(job: NewJob, payloads: AsyncIterable<readonly string[]>): Promise<Job>
  get(id: number): Promise<Job | null>
  /** Newest first, ids below `before`. */
  list(request: { readonly before?: number; readonly limit: number }): Promise<Job[]>
  items(id: number, request: ItemsRequest): Promise<JobItem[]>
  /** @returns null when there is none. @throws Failure `action_refused` */
  act(id: number, action: JobAction, actor: Actor): Promise<Job | null>
  /**
   * Puts the copies that an audit found to be mended by it back into the queue. @param actor null: only tells which
   * @returns ids of copies; `refused` are no longer finished, or overtaken
   */
  repair(id: number, actor: Actor | null): Promise<Repair>
  /** How many things a job of this kind would have to do now. */
  wouldDo(kind: JobKind, parameters: JobParameters): Promise<number>
}

export interface Repair {
  readonly requeued: readonly number[]
  readonly refused: readonly number[]
}

/** A copy that nobody works on, as it would be claimed. */
export interface IdleCopy {
  readonly claimed: ClaimedCopy
  /** SHA-256 of the metadata it sent last, but for the DOI; null: none is known. */
  readonly metadataDigest: string | null
}

/** What the leader does with them. Every write is fenced: `lease_lost`. */
export interface JobStore {
  /** Those that are waiting or running, oldest first. */
  open(): Promise<Job[]>
  /** Adds items for the next copies that are concerned, a bounded number. @returns whether there may be more */
  plan(proof: LeaseProof, job: Job): Promise<boolean>
  /** The next in turn, and counts its turn; null: none is pending. */
  take(proof: LeaseProof, jobId: number): Promise<ItemToDo | null>
  /** Of an item that is pending or waiting; a job that a person has ended or paused meanwhile is told of it as well. */
  settle(proof: LeaseProof, item: Pick<ItemToDo, 'id' | 'jobId'>, result: ItemResult): Promise<void>
  /** It is tried again after the others. */
  failedOnce(proof: LeaseProof, item: Pick<ItemToDo, 'id'>): Promise<void>
  /** @returns the items whose copies are in the queue */
  waiting(jobId: number): Promise<ItemToDo[]>
  /** What has become of the copies that an item brought in. */
  copiesOf(ids: readonly number[]): Promise<ReadonlyArray<Pick<Copy, 'id' | 'state' | 'bytesTotal' | 'error'>>>
  /** Whether a copy is due, and not held back, that no backfill brought in. */
  currentWaits(): Promise<boolean>
  /** When nothing is left of it. @returns whether it was ended */
  end(proof: LeaseProof, jobId: number): Promise<boolean>
}

/** Work on copies that are in nobody's hands: as on claimed ones, but with `claim_lost` when one is replicating. */
export interface UpkeepStore extends Pick<WorkStore, 'recordStep' | 'announce' | 'settleIntent' | 'repoint'> {
  load(copyId: number): Promise<IdleCopy | null>
}
