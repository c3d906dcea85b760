/** What did people do? Written with each action by the store itself, so that nothing can be done without it. Types only. */
import type { Role } from '../../core/roles.ts'
import type { Actor } from './desk.ts'

export interface AuditRecord {
  /** A noun and a verb, as in `copies.requeue`. */
  readonly action: string
  readonly actor: Actor
  /** What it was for: a filter, ids, a name. No secrets. */
  readonly subject: Readonly<Record<string, unknown>>
  /** What came of it, in numbers. */
  readonly outcome: Readonly<Record<string, unknown>>
}

export interface AuditEntry {
  readonly id: number
  readonly at: string
  readonly who: string
  /** Null: on the command line, or by a program, where the rights of the database decide. */
  readonly role: Role | null
  readonly how: NonNullable<Actor['how']> | 'library'
  readonly action: string
  readonly subject: Readonly<Record<string, unknown>>
  readonly reason: string | null
  readonly outcome: Readonly<Record<string, unknown>>
  readonly requestId: string | null
}

export interface AuditRequest {
  readonly who?: string | undefined
  readonly action?: string | undefined
  /** ISO 8601: not before, and not after. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** 1 to 1000, default 50. */
  readonly limit?: number | undefined
  /** The `nextCursor` of the page before. */
  readonly cursor?: string | undefined
}

export interface AuditLog {
  /** Of an act that changes no row. */
  record(record: AuditRecord): Promise<void>
  /** The newest first. */
  list(request: AuditRequest): Promise<{ readonly entries: AuditEntry[]; readonly nextCursor: string | null }>
}
