/** How does the harness itself ask a database that may be changing its place just then? */
import { setTimeout as delay } from 'node:timers/promises'

const patienceMs = 30_000

/** Again until it succeeds. @throws what it failed with in the end */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + patienceMs; ; await delay(300)) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > end) throw error
    }
  }
}
