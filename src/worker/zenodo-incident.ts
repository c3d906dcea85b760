/** How is it told once that Zenodo is out of order, and once that it is over? By what is stored, which outlives this process. */
import { asFailure, type Failure } from '../core/failure.ts'
import type { IncidentCause } from '../core/messages.ts'
import type { Emit } from '../replication/events.ts'
import type { Incidents } from '../replication/ports/outbox.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'

const causes: readonly IncidentCause[] = ['zenodo', 'token']

export interface ZenodoIncident {
  /** Whether an earlier process left one that was not over. */
  stands(): Promise<boolean>
  /** What is the matter now; null: nothing. A database that is away is told later, by `retry`. */
  tell(failure: Failure | null): Promise<void>
  /** Tells what could not be told. */
  retry(): Promise<void>
}

interface Ports {
  readonly incidents: Incidents
  readonly emit: Emit
  readonly proof: LeaseProof
  /** Whether people are told by mail. */
  readonly mail: boolean
}

export function createZenodoIncident({ incidents, emit, proof, mail }: Ports): ZenodoIncident {
  let untold: { readonly failure: Failure | null } | null = null
  const retry = async () => {
    if (untold === null) return
    const { failure } = untold
    try {
      await incidents.settle(proof, causes, failure && { cause: causeOf(failure), failure }, mail)
      if (untold.failure === failure) untold = null
    } catch (error) {
      emit({ kind: 'worker.trouble', failure: asFailure(error) })
    }
  }
  return {
    stands: async () => (await incidents.standing()).some(({ cause }) => causes.includes(cause)),
    tell: async (failure) => {
      untold = { failure }
      await retry()
    },
    retry,
  }
}

function causeOf({ code }: Failure): IncidentCause {
  return code === 'zenodo_token_refused' ? 'token' : 'zenodo'
}
