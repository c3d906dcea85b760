/** What is a contender, and what is it given? One file in `peers/` each; nothing else names it. */

/** Names of the tables a contender may stand in: see `races/`. */
export type TransferRace = 'one-file' | 'many-files' | 'service'

/** Bring `files` files of `size` bytes each from `source` to `target`, at most `inFlight` at once, and check their md5. */
export interface TransferJob {
  readonly race: TransferRace
  readonly files: number
  readonly size: number
  /** Hex, of each of the files: all hold the same bytes. */
  readonly md5: string
  readonly inFlight: number
  /** `GET source/<name>` answers a file, whatever the name. */
  readonly source: string
  /** `PUT target/<name>` stores one, and answers `{"checksum": "md5:…", "size": …}`. */
  readonly target: string
  readonly token: string
  /** For contenders that bring a whole deposit, in the race `service`: the address of Zenodo. */
  readonly zenodoUrl: string
  /** A migrated database of the contender's own, for the race `service`. */
  readonly databaseUrl: string
  /** An empty folder in memory, removed afterwards. */
  readonly folder: string
}

/** Put `single` and then `many` jobs into a queue, and work through them without doing anything. */
export interface QueueJob {
  readonly race: 'queue'
  readonly databaseUrl: string
  /** How often something is done one at a time, and how often several at once. */
  readonly single: number
  readonly many: number
  /** No measurement goes on for longer. */
  readonly seconds: number
}

/** Measured values by the `key` of a column. */
export type Numbers = Readonly<Record<string, number>>

interface About<Race extends string> {
  /** As it stands in the tables. */
  readonly name: string
  /** The tables it stands in. */
  readonly enters: readonly Race[]
  /** Why it cannot run on this machine, or null. Without: it always can. */
  readonly missing?: () => Promise<string | null>
}

/**
 * Either a program with its arguments, or a function that is called in a Node process of its own and may return values
 * for further columns. Both fail when a file did not arrive whole: with an exit code, or by throwing.
 */
type Doing<Job> =
  | { readonly command: (job: Job) => readonly string[] }
  | { readonly work: (job: Job) => Promise<Numbers> }

export type TransferContender = About<TransferRace> & Doing<TransferJob>
export type QueueContender = About<QueueJob['race']> & Doing<QueueJob>
export type Contender = TransferContender | QueueContender
