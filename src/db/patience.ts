/** How long is the answer to one statement waited for? */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Longer than any statement of the service takes, its waits for locks (5 s) among it; but those that change the schema. */
const longestAnswerMs = 60_000

const waits = new AsyncLocalStorage<number | null | undefined>()

/** Every statement of `work` is given up after so long; null: never. */
export function answeredWithin<T>(ms: number | null | undefined, work: () => Promise<T>): Promise<T> {
  return waits.run(ms, work)
}

export function patienceMs(): number | null {
  const ms = waits.getStore()
  return ms === undefined ? longestAnswerMs : ms
}
