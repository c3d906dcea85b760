/** What went over the wires, in order and by one clock? What the proxies saw: every call to Zenodo and every commit. */

export interface Call {
  readonly kind: 'call'
  /** Which worker process, counted from 1. */
  readonly worker: number
  /** When its head arrived: milliseconds of a monotonic clock. */
  readonly at: number
  /** Whether its worker had acquired the lease last. */
  readonly leads: boolean
  readonly name: string
  readonly method: string
  readonly path: string
  /** When the last byte of the request arrived; null: it never did. */
  endedAt: number | null
  /** Of the answer; null while, or when, there is none. */
  status: number | null
}

export interface Commit {
  readonly kind: 'commit'
  readonly worker: number
  /** When the database had done it. */
  readonly at: number
  readonly name: string
  /** What its transaction announced, as `publish 12`. */
  readonly announced: readonly string[]
}

export interface Journal {
  readonly entries: ReadonlyArray<Call | Commit>
  add(entry: Call | Commit): void
  /** The process that acquired the lease last; null: none yet. */
  leader(): number | null
}

export function openJournal(): Journal {
  const entries: Array<Call | Commit> = []
  let leader: number | null = null
  return {
    entries,
    add(entry) {
      entries.push(entry)
      if (entry.kind === 'commit' && entry.name === 'lease acquire') leader = entry.worker
    },
    leader: () => leader,
  }
}
