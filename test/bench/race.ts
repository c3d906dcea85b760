/** What is a race? One table: what to set up, which rows run once in each round, and what to take down. */
import type { Contender, Numbers } from './contender.ts'
import type { Goal } from './goals.ts'
import type { Entry } from './parts/contender-process.ts'
import type { Databases } from './parts/databases.ts'
import type { Pasts } from './parts/pasts.ts'
import type { Column } from './report.ts'

/** How much is done; `quick` is for trying out. */
export interface Sizes {
  readonly rounds: number
  /** Bytes of the one large file. */
  readonly largeFile: number
  /** Bytes of each file that the whole service brings. */
  readonly serviceFile: number
  readonly smallFiles: number
  readonly smallFile: number
  readonly inFlight: number
  /** Small files where every answer takes `latencyMs`. */
  readonly slowFiles: number
  readonly slowInFlight: number
  readonly latencyMs: number
  readonly finishedRows: number
  readonly blockedRows: number
  /** Jobs of a queue one at a time, and in bulk. */
  readonly single: number
  readonly many: number
  /** Copies claimed one at a time where there is a past. */
  readonly growthCopies: number
  /** Copies enqueued one at a time for a worker without work. */
  readonly starts: number
  readonly orderedCopies: number
  readonly crashCopies: number
}

export interface Bench {
  readonly sizes: Sizes
  readonly entries: ReadonlyArray<Entry<Contender>>
  readonly databases: Databases
  readonly pasts: Pasts
  /** A folder in memory where there is one, for what must not wait for a disk. */
  readonly memory: string
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Row {
  readonly name: string
  /** What its figures hold for, beside its name. */
  readonly about?: string
  /** Name of the row its ratios refer to, or null. */
  readonly beside: string | null
  /** Why it does not run, or null. */
  readonly skipped: string | null
  /** In the first round only. */
  readonly once?: boolean
  run(): Promise<Numbers>
}

export interface Stage {
  readonly title: string
  readonly aboutHead?: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  readonly goals: readonly Goal[]
  close(): Promise<void>
}

export interface Race {
  readonly name: string
  /** Why it cannot be held on this machine, or null. Without: it always can. */
  missing?(): Promise<string | null>
  open(bench: Bench): Promise<Stage>
}
