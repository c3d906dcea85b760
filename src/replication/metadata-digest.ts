/** Did a deposition get other metadata since? Told by a digest of what was sent, as much of it comes back in another form. */
import { createHash } from 'node:crypto'
import type { DepositMetadata } from '../core/metadata/deposit-metadata.ts'

/** Without the DOI: a draft may not say it everywhere, and what it is, the deposition shows. */
export function digestOf({ doi: _, ...metadata }: DepositMetadata): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('hex')
}
