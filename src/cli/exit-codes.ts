/** What does the exit code of a command say? The table of the manual, and the way from a failure to its code. */
import type { Failure } from '../core/failure.ts'
import type { FailureCode } from '../core/failure-codes.ts'

export const exitCodes = {
  /** All that was asked for is done. */
  done: 0,
  /** The command did its work, but copies ended in error or could not be brought to an end. */
  copiesFailed: 1,
  /** Bad usage or refused input; nothing was changed. */
  usage: 2,
  /** A setting is missing or not accepted. */
  configuration: 3,
  /** Not the designated host, or another worker holds the lease. */
  notHere: 4,
  /** The database, or the service of `--server`, cannot be reached, or its schema is not this release's. */
  database: 5,
  /** Zenodo cannot be reached, or refuses the token. */
  zenodo: 6,
  /** A defect of this program. */
  internal: 70,
  /** Another worker took the lease while this one worked. */
  leaseLost: 75,
  /** Ended by a second Ctrl-C, or `send` by the first. */
  interrupted: 130,
} as const

const byFailure: Readonly<Partial<Record<FailureCode, number>>> = {
  config_invalid: exitCodes.configuration,
  // at the command line: the token for --server
  token_required: exitCodes.configuration,
  not_designated_host: exitCodes.notHere,
  lease_held: exitCodes.notHere,
  database_unreachable: exitCodes.database,
  service_unreachable: exitCodes.database,
  schema_outdated: exitCodes.database,
  schema_newer: exitCodes.database,
  zenodo_unavailable: exitCodes.zenodo,
  zenodo_rate_limited: exitCodes.zenodo,
  zenodo_unexpected_answer: exitCodes.zenodo,
  zenodo_token_refused: exitCodes.zenodo,
  zenodo_forbidden: exitCodes.zenodo,
  zenodo_refused: exitCodes.zenodo,
  lease_lost: exitCodes.leaseLost,
  claim_lost: exitCodes.leaseLost,
}

/** The code with which a command ends that failed this way. */
export function exitCodeOf(failure: Failure): number {
  return byFailure[failure.code] ?? (failure.next === 'refuse' ? exitCodes.usage : exitCodes.internal)
}
