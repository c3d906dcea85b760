/** What do commands about copies need of the service, be it through the database or over HTTP? Types only. */
import type { CopyFile, CopyState } from '../core/copy.ts'
import type { PersonAction } from '../core/copy-state.ts'
import type { CopyJson } from '../replication/copy-json.ts'
import type { Actor, ActRequest, CopyEvent, ListRequest, Switch } from '../replication/ports/desk.ts'
import type { EnqueueOptions } from './enqueue-all.ts'
import type { NamedManifest } from './read-manifests.ts'

/** Over HTTP, the actor is the holder of the token. */
export interface Service {
  list(request: ListRequest): Promise<{ readonly copies: readonly CopyJson[]; readonly nextCursor: string | null }>
  /** @throws Failure `copy_not_found` */
  story(id: number): Promise<StoryOfCopy>
  switches(): Promise<readonly Switch[]>
  /** @throws Failure `action_refused` or `copy_not_found` */
  act(action: PersonAction, request: ActRequest): Promise<ActedOn>
  pause(actor: Actor): Promise<void>
  /** @returns whether it was paused */
  unpause(actor: Actor): Promise<boolean>
  /** @throws Failure with the reason of the first manifest that is refused */
  enqueue(
    manifests: readonly NamedManifest[],
    how: { readonly options: EnqueueOptions; readonly requestedBy: string },
  ): Promise<Enqueued>
}

export interface StoryOfCopy {
  readonly copy: CopyJson
  readonly events: readonly CopyEvent[]
  readonly eventsArchived: number
  readonly files: readonly CopyFile[]
  /** The copies of the dataset and family, by position. */
  readonly chain: readonly CopyJson[]
  readonly switches: readonly Switch[]
  /** What keeps every copy waiting just now, a line each. */
  readonly standstill: readonly string[]
}

/** By ids. */
export interface ActedOn {
  readonly done: readonly number[]
  readonly refused: ReadonlyArray<{ readonly id: number; readonly state: CopyState }>
  readonly unknown: readonly number[]
}

export interface Enqueued {
  readonly copies: readonly CopyJson[]
  /** How many of them are new; the others were there already. */
  readonly created: number
  /** How many manifests took the place of another one stored for their version. */
  readonly replaced: number
}
