/** Who is handed to whom for jobs? What the worker goes on with behind its copies. */
import type { Config } from './config.ts'
import type { Store } from './db/store.ts'
import { goOnWithJobs } from './replication/jobs/go-on.ts'
import type { FamilyTurns, JobPorts } from './replication/jobs/job-ports.ts'
import type { Depositions } from './replication/ports/depositions.ts'
import type { DocumentSource } from './replication/ports/file-transfer.ts'
import type { RunContext } from './replication/run-context.ts'
import type { Background } from './worker/background.ts'

interface Parts {
  readonly config: Config
  readonly store: Store
  /** Behind those of the copies. */
  readonly depositions: Depositions
  readonly turns: FamilyTurns
  readonly documents: DocumentSource
  readonly surroundings: Pick<RunContext, 'transfer' | 'emit' | 'settings' | 'sleep' | 'now' | 'random' | 'marker'>
}

export function backgroundOf({ config, store, depositions, turns, documents, surroundings }: Parts): Background {
  // what is not offered for copies in nobody's hands fails there, as they are not claimed
  const work = { ...store.work, ...store.upkeep }
  const ports: JobPorts = {
    jobs: store.jobs,
    intake: store.intake,
    upkeep: store.upkeep,
    turns,
    emit: surroundings.emit,
    readDocument: documents.readDocument,
    inFlight: Math.max(1, config.worker.slots - 1),
    attempts: config.retry.attempts,
    contextFor: (lead, signal) => ({ ...surroundings, work, depositions, lead, signal, onProgress: () => {} }),
  }
  return (lead, signal, isOutage) => goOnWithJobs({ ...ports, lead, signal, isOutage })
}
