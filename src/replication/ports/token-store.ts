/** Where are the tokens of the HTTP API kept? Only their hashes are. Types only. */
import type { Role } from '../../core/roles.ts'

/** What may be shown of a token. */
export interface TokenRow {
  readonly name: string
  readonly role: Role
  readonly createdAt: string
  readonly createdBy: string
  /** Null: it is valid. */
  readonly revokedAt: string | null
  readonly revokedBy: string | null
}

/** Whose token it is. */
export interface TokenHolder {
  readonly id: number
  readonly name: string
  readonly role: Role
}

export interface NewToken {
  readonly name: string
  readonly role: Role
  /** SHA-256 in hex. */
  readonly hash: string
  readonly by: string
}

export interface TokenStore {
  /** @returns false when there is, or was, a token of this name: what was done in its name stays told apart. */
  add(token: NewToken): Promise<boolean>
  /** By name, those that were revoked as well. */
  list(): Promise<TokenRow[]>
  /** @returns false when there is no valid token of this name. */
  revoke(name: string, by: string): Promise<boolean>
  /** @returns whose token has this hash, unless it was revoked */
  holder(hash: string): Promise<TokenHolder | null>
}
