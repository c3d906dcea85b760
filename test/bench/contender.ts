/** What is a contender, and what is it given? One file in `peers/` each; nothing else finds them. */

/** Names of the tables a contender may stand in: see `races/`. */
type TransferRace = 'one-file' | 'tls' | 'local-file' | 'many-files' | 'latency' | 'service' | 'memory'

/** Bring the files `f1` to `f<files>` of `size` bytes each from `source` to `target`, and check their md5. */
export interface TransferJob {
  readonly race: TransferRace
  readonly files: number
  readonly size: number
  /** Hex, of each of the files: all hold the same bytes. */
  readonly md5: string
  /** At most so many at once. */
  readonly inFlight: number
  /** `GET source/<name>` answers a file; in the race `local-file` a `file:` address of a folder. */
  readonly source: string
  /** `PUT target/<name>` stores one, and answers `{"checksum": "md5:…", "size": …}`. */
  readonly target: string
  readonly token: string
  /** For contenders that bring a whole deposit: the address of Zenodo. */
  readonly zenodoUrl: string
  /** A migrated database of the contender's own, where there is a Zenodo. */
  readonly databaseUrl: string
  /** An empty folder in memory, removed afterwards. */
  readonly folder: string
}

type QueueRace = 'queue' | 'queue-growth' | 'queue-worker' | 'queue-idle' | 'queue-crash'

/** Put jobs into a queue and work through them without doing anything, in each of the ways that have a column. */
export interface QueueJob {
  readonly race: QueueRace
  readonly databaseUrl: string
  /** How often something is done one at a time. */
  readonly single: number
  /** How many are put in and taken out in bulk. */
  readonly many: number
  /** No measurement goes on for longer. */
  readonly seconds: number
}

export type DatabaseKind = 'sqlite' | 'mariadb' | 'redis' | 'postgres'

/** Measured values by the `key` of a column. */
export type Numbers = Readonly<Record<string, number>>

interface About<Race extends string> {
  /** As it stands in the tables. */
  readonly name: string
  /** The tables it stands in. */
  readonly enters: readonly Race[]
  /** Of those, the tables in which no goal needs it: one round is enough. */
  readonly once?: readonly Race[]
  /** Why it cannot run on this machine, or null. Without: it always can. */
  readonly missing?: () => Promise<string | null>
}

/**
 * Either a program with its arguments, or a function that is called in a Node process of its own. Both fail when something
 * did not arrive whole, with an exit code or by throwing. What they may measure themselves, for further columns, the function
 * returns and the program of a queue writes to its standard output as JSON.
 */
type Doing<Job> =
  | {
      readonly command: (job: Job) => readonly string[]
      /** What has to be there before; not counted. */
      readonly prepare?: (job: Job) => Promise<void>
      /** Throws when the program ended well, but did not do it all. */
      readonly check?: (job: Job) => Promise<void>
    }
  | { readonly work: (job: Job) => Promise<Numbers> }

export type TransferContender = About<TransferRace> & Doing<TransferJob>
export type QueueContender = About<QueueRace> &
  Doing<QueueJob> & {
    /** One row for each. */
    readonly databases: readonly DatabaseKind[]
  }
export type Contender = TransferContender | QueueContender
