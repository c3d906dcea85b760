/** What is there of the logs of copies, and what leaves them? Types only. */
import type { Copy } from '../../core/copy.ts'
import type { LoggedEvent } from '../../core/retention.ts'
import type { CopyEvent } from './desk.ts'
import type { LeaseProof } from './work-store.ts'

export interface StoredEvent extends CopyEvent, LoggedEvent {
  /** Of the leader that wrote it; null: a person, or a door. */
  readonly term: number | null
}

/** All that is stored of what happened to a copy. */
export interface StoredStory {
  readonly copy: Pick<Copy, 'id' | 'dataset' | 'version' | 'type' | 'state'>
  /** In their order. */
  readonly events: readonly StoredEvent[]
}

export interface EventLog {
  /** The first events of all behind the one with the id `after`, with their ages. */
  oldest(after: number, limit: number): Promise<ReadonlyArray<Pick<StoredEvent, 'id' | 'copyId' | 'ageMs'>>>
  /** Copies with more than so many events, among those changed lately, as only those can have got longer. */
  longest(mostEvents: number, withinMs: number): Promise<readonly number[]>
  stories(copyIds: readonly number[]): Promise<readonly StoredStory[]>
  /** Deletes them, and counts them in their copies. Fenced: throws Failure `lease_lost` then. */
  remove(proof: LeaseProof, events: ReadonlyArray<Pick<StoredEvent, 'id' | 'copyId'>>): Promise<void>
}

export interface EventArchive {
  /** Resolves once they are on the disk. @throws Failure `config_invalid` when they cannot be written there */
  append(entries: ReadonlyArray<Readonly<Record<string, unknown>>>): Promise<void>
}
