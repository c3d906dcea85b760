/** What opens a door, and what is kept of it? 256 random bits, of which the database has the hash only. */
import { createHash, randomBytes } from 'node:crypto'

/** 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** SHA-256 in hex. All the bits are random, so nothing is gained by a slow hash; and who compares hashes tells nothing by the time it takes. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
