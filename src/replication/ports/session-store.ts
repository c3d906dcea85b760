/** Where are sessions of the console kept? Only hashes of what opens them are. Types only. */
import type { Identity } from '../../core/role-rules.ts'
import type { CallerWay, PersonRole } from '../../core/roles.ts'
import type { Actor } from './desk.ts'

type SessionWay = Exclude<CallerWay, 'token' | 'proxy'>

export interface NewSession {
  /** SHA-256 in hex of what the cookie holds. */
  readonly hash: string
  readonly name: string
  readonly role: PersonRole
  readonly how: SessionWay
  /** The token it is begun with. */
  readonly tokenId: number | null
  /** What an identity provider said. */
  readonly identity: Identity | null
  /** Milliseconds until it ends, whatever happens. */
  readonly endsInMs: number
}

export interface SessionRow {
  readonly id: number
  readonly name: string
  readonly role: PersonRole
  readonly how: SessionWay
  readonly identity: Identity | null
  readonly createdAt: string
  readonly seenAt: string
  readonly expiresAt: string
}

/** Times are by the database's clock. What has ended is not found. */
export interface SessionStore {
  /** Told in the audit log, as all of these are that change who may come in. */
  start(session: NewSession, requestId: string): Promise<void>
  /** A link by which one person may sign in once. */
  addLink(link: Omit<NewSession, 'how' | 'tokenId' | 'identity'>, actor: Actor): Promise<void>
  /** Makes a session of a link that nobody has used. @returns false when there is no such link, or no more */
  useLink(
    link: { readonly hash: string },
    session: Pick<NewSession, 'hash' | 'endsInMs'>,
    requestId: string,
  ): Promise<boolean>
  /** @param idleMs one that nobody used for so long has ended */
  look(hash: string, idleMs: number): Promise<SessionRow | null>
  list(idleMs: number): Promise<SessionRow[]>
  /** @returns false when there is no such session */
  end(which: { readonly id: number } | { readonly hash: string }, actor: Actor): Promise<boolean>
}
