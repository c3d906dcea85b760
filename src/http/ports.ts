/** What does the HTTP API need of the service? Types only. */
import type { Copy } from '../core/copy.ts'
import type { PersonAction } from '../core/copy-state.ts'
import type { Caller } from '../core/roles.ts'
import type { EnqueueAnswer, EnqueueRequest } from '../replication/enqueue.ts'
import type { LineResult } from '../replication/enqueue-lines.ts'
import type { ActRequest, CopyFilter, Desk, Reading } from '../replication/ports/desk.ts'
import type { LeaseStore } from '../replication/ports/lease.ts'

export interface ServicePorts {
  readonly reading: Reading
  readonly desk: Desk
  readonly leases: Pick<LeaseStore, 'look'>
  /** Of the lease that workers take. */
  readonly leaseName: string
  /** @throws Failure when it is refused; nothing is changed then. */
  enqueue(request: EnqueueRequest): Promise<EnqueueAnswer>
  /** A document a line. What stops it leaves in what was told before. */
  enqueueLines(chunks: AsyncIterable<Uint8Array>, requestedBy: string): AsyncIterable<readonly LineResult[]>
  /** Which copies an action is for, when not all is said. @throws Failure `bad_request` when nothing is */
  filterFor(action: PersonAction, filter: CopyFilter): CopyFilter
  act(action: PersonAction, request: ActRequest): Promise<{ readonly done: Copy[]; readonly refused: Copy[] }>
  /** Whose token it is, or null. */
  holderOf(token: string): Promise<Caller | null>
  /** @throws Failure when the database does not answer, or its schema is not that of this release. */
  requireReady(): Promise<void>
}
