/** What does the HTTP API need of the service? Types only. */
import type { Caller } from '../core/roles.ts'
import type { Desk, Reading } from '../replication/ports/desk.ts'
import type { LeaseStore } from '../replication/ports/lease.ts'

export interface ServicePorts {
  readonly reading: Reading
  readonly desk: Desk
  readonly leases: Pick<LeaseStore, 'look'>
  /** Of the lease that workers take. */
  readonly leaseName: string
  /** Whose token it is, or null. */
  holderOf(token: string): Promise<Caller | null>
  /** @throws Failure when the database does not answer, or its schema is not that of this release. */
  requireReady(): Promise<void>
}
