/** Under which key do errors of one kind stand together? */
import { createHash } from 'node:crypto'
import { errorSignature } from '../core/error-signature.ts'
import type { Failure } from '../core/failure.ts'
import { redact } from '../core/redact.ts'

/** Short enough for an address, long enough that no two kinds share one. */
function errorGroupOf(code: string, message: string): string {
  return createHash('sha256').update(errorSignature(code, message)).digest('hex').slice(0, 16)
}

/** The columns that show a failure. */
export function errorColumns({ code, message }: Failure) {
  const shown = redact(message)
  return { error_code: code, error_message: shown, error_group: errorGroupOf(code, shown) }
}

/** Of a copy that nothing is wrong with. */
export const noError = { error_code: null, error_message: null, error_group: null } as const
