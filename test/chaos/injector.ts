/** How is something done at a named point? It is armed, and happens when a worker gets there. */
import { type Point, pointText } from './points.ts'
import type { Gate } from './wire-proxy.ts'

export interface Injector {
  readonly gate: Gate
  /**
   * Does `act` when the point is reached. @returns the process that got there, or null: nobody did in time
   */
  at(where: { readonly point: Point; readonly withinMs: number }, act: Act): Promise<number | null>
  /** How often something was done, by point. */
  readonly done: ReadonlyMap<string, number>
}

type Act = (worker: number) => Promise<'pass' | 'cut'>

interface Armed {
  readonly key: string
  readonly act: Act
  readonly hit: (worker: number | null) => void
}

export function createInjector(): Injector {
  const armed = new Set<Armed>()
  const done = new Map<string, number>()
  return {
    done,
    async gate(point, worker) {
      const key = pointText(point)
      const one = [...armed].find((candidate) => candidate.key === key)
      if (one === undefined) return 'pass'
      armed.delete(one)
      done.set(key, (done.get(key) ?? 0) + 1)
      const verdict = await one.act(worker)
      one.hit(worker)
      return verdict
    },
    at: ({ point, withinMs }, act) =>
      new Promise((resolve) => {
        const one: Armed = { key: pointText(point), act, hit: resolve }
        armed.add(one)
        setTimeout(() => armed.delete(one) && resolve(null), withinMs)
      }),
  }
}
