/** What does the HTTP API need of the service? Types only. */
import type { PersonAction } from '../core/copy-state.ts'
import type { EnqueueAnswer, EnqueueRequest } from '../replication/enqueue.ts'
import type { LineResult } from '../replication/enqueue-lines.ts'
import type { FileLink, LinkRequest } from '../replication/file-link.ts'
import type { JobService } from '../replication/jobs/job-service.ts'
import type { AuditLog } from '../replication/ports/audit-log.ts'
import type { ActRequest, CopyFilter, Desk, Reading } from '../replication/ports/desk.ts'
import type { EventFeed } from '../replication/ports/event-feed.ts'
import type { LeaseStore } from '../replication/ports/lease.ts'
import type { Incidents, Messages } from '../replication/ports/outbox.ts'
import type { TokenHolder } from '../replication/ports/token-store.ts'
import type { Acted } from '../replication/requeue.ts'
import type { Sessions } from '../replication/sessions.ts'
import type { Oidc } from './access/oidc.ts'
import type { AccessSettings } from './access/settings.ts'

export interface ServicePorts {
  readonly reading: Reading
  readonly desk: Desk
  readonly feed: EventFeed
  readonly leases: Pick<LeaseStore, 'look'>
  /** From which size on a copy is large, in bytes. */
  readonly largeBytes: number
  /** Requests that Zenodo is asked at most. */
  readonly requestsPerHour: number
  /** How often is looked for what happens; default: once a second. */
  readonly liveEveryMs?: number | undefined
  /** Of the lease that workers take. */
  readonly leaseName: string
  /** @throws Failure when it is refused; nothing is changed then. */
  enqueue(request: EnqueueRequest): Promise<EnqueueAnswer>
  /** A document a line. What stops it leaves in what was told before. */
  enqueueLines(chunks: AsyncIterable<Uint8Array>, requestedBy: string): AsyncIterable<readonly LineResult[]>
  /** Which copies an action is for, when not all is said. @throws Failure `bad_request` when nothing is */
  filterFor(action: PersonAction, filter: CopyFilter): CopyFilter
  act(action: PersonAction, request: ActRequest): Promise<Acted>
  readonly access: AccessPorts
  readonly messages: Messages
  readonly incidents: Pick<Incidents, 'standing'>
  /** Where a person can download a file of a copy. @throws Failure */
  linkTo(request: LinkRequest): Promise<FileLink>
  readonly jobs: JobService
  /** @throws Failure when the database does not answer, or its schema is not that of this release. */
  requireReady(): Promise<void>
  readonly metrics: {
    readonly withoutToken: boolean
    readonly contentType: string
    /** In Prometheus' text format. */
    text(): Promise<string>
  }
}

/** Who gets in, and what people did. */
export interface AccessPorts {
  readonly settings: AccessSettings
  /** Whose token it is, or null. */
  holderOf(token: string): Promise<TokenHolder | null>
  readonly sessions: Sessions
  readonly audit: AuditLog
  /** Null: no identity provider is configured. */
  readonly oidc: Oidc | null
}
