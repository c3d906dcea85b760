/** How is the lease kept, and how do the use cases see leadership? Types only. */
import type { Actor } from './desk.ts'
import type { LeaseProof } from './work-store.ts'

/** The lease row as seen by a candidate. Ages are milliseconds by the database's clock. */
export interface LeaseRow {
  readonly name: string
  readonly holder: string | null
  readonly host: string | null
  readonly term: number
  readonly beat: number
  readonly expired: boolean
  /** How long ago it expired; negative while it has not. */
  readonly overMs: number
  readonly acquiredAt: string | null
  readonly renewedAt: string | null
  readonly expiresAt: string | null
}

/** With `withinMs`, a method fails when the database leaves one of its statements without an answer for so long. */
export interface LeaseStore {
  look(name: string, withinMs?: number): Promise<LeaseRow>
  /** Compare-and-set on all that was seen. @returns the new term, or null when somebody was faster. */
  acquire(
    seen: LeaseRow,
    me: { readonly holder: string; readonly host: string; readonly ttlMs: number },
    withinMs?: number,
  ): Promise<number | null>
  /** @returns false when the lease is lost, for good. */
  renew(proof: LeaseProof, ttlMs: number, withinMs?: number): Promise<boolean>
  release(proof: LeaseProof): Promise<void>
  /** Takes the lease from whoever holds it, and makes the term grow so that their writes fail. @returns the row before. */
  break(name: string, actor: Actor): Promise<LeaseRow>
}

/** Leadership as the use cases see it. */
export interface Leadership {
  readonly proof: LeaseProof
  /** Aborts when the lease is lost; its reason is a Failure `lease_lost`. */
  readonly signal: AbortSignal
  /** @throws Failure `lease_lost` when the local trust has run out. Cheap: no I/O. */
  requireTrusted(): void
}
