/** What does the worker have in hand? A slot for each running copy, with its progress and its own abort. */
import { Failure } from '../core/failure.ts'
import type { ClaimedCopy, RunningProgress } from '../replication/ports/work-store.ts'

export interface Slots {
  readonly count: () => number
  readonly countLarge: (largeBytes: number) => number
  /** Runs in a slot of its own until `run` ends; `run` must not reject. */
  start(claimed: ClaimedCopy, run: (slot: Slot) => Promise<void>): void
  ids(): number[]
  /** What runs at this moment. `drop` ends those of them that are no longer ours, and no later run of the same copy. */
  snapshot(): { readonly progress: readonly RunningProgress[]; drop(ids: readonly number[]): void }
  abortAll(reason: unknown): void
  /** Resolves when every slot is empty. */
  idle(): Promise<void>
}

export interface Slot {
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly bytesDone: number; readonly filesDone: number }) => void
}

interface Running {
  readonly claimed: ClaimedCopy
  readonly abort: AbortController
  progress: RunningProgress
  ended: Promise<void>
}

/** `onEnd` is called after each run. */
export function createSlots(onEnd: () => void): Slots {
  const running = new Map<number, Running>()
  return {
    count: () => running.size,
    countLarge: (largeBytes) =>
      [...running.values()].filter(({ claimed }) => claimed.copy.bytesTotal >= largeBytes).length,
    start(claimed, run) {
      const { id, bytesDone, filesDone } = claimed.copy
      const abort = new AbortController()
      const entry: Running = {
        claimed,
        abort,
        progress: { copyId: id, bytesDone, filesDone },
        ended: Promise.resolve(),
      }
      running.set(id, entry)
      const onProgress: Slot['onProgress'] = (progress) => {
        entry.progress = { copyId: id, ...progress }
      }
      entry.ended = run({ signal: abort.signal, onProgress }).finally(() => {
        if (running.get(id) === entry) running.delete(id)
        onEnd()
      })
    },
    ids: () => [...running.keys()],
    snapshot() {
      const entries = [...running.values()]
      return {
        progress: entries.map((entry) => entry.progress),
        drop(ids) {
          for (const { claimed, abort } of entries) {
            const { id } = claimed.copy
            if (ids.includes(id))
              abort.abort(new Failure('claim_lost', `Copy ${id} is no longer claimed by this worker.`))
          }
        },
      }
    },
    abortAll(reason) {
      for (const entry of running.values()) entry.abort.abort(reason)
    },
    async idle() {
      await Promise.all([...running.values()].map((entry) => entry.ended))
    },
  }
}
