/** Who keeps the tables with a long past? Each is written once for all races and rounds, which leave in it what they did. */
import type { DatabaseKind } from '../contender.ts'
import type { BenchDatabase, Databases } from './databases.ts'
import { type Past, seed } from './seed.ts'

export interface Pasts {
  /** Written when asked for the first time. */
  of(kind: DatabaseKind, past: Past): Promise<BenchDatabase>
  close(): Promise<void>
}

export function openPasts(databases: Databases, say: (line: string) => void): Pasts {
  const kept = new Map<string, Promise<BenchDatabase>>()
  const write = async (kind: DatabaseKind, past: Past) => {
    say(`writing ${wordsOf(past)} into ${kind}`)
    const database = await databases.create(kind)
    await seed(database.url, past)
    return database
  }
  return {
    of(kind, past) {
      const name = `${kind}, ${wordsOf(past)}`
      const known = kept.get(name) ?? write(kind, past)
      kept.set(name, known)
      return known
    },
    async close() {
      for (const database of kept.values()) await (await database.catch(() => null))?.drop()
    },
  }
}

export const noPast: Past = { finished: 0, blocked: 0 }

export function wordsOf({ finished, blocked }: Past): string {
  const words = [amount(finished, 'finished'), amount(blocked, 'blocked')].filter(Boolean)
  return words.join(', ') || 'no past'
}

function amount(count: number, what: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${what}`
}
