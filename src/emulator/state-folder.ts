/** How does the emulator's state survive a restart? One JSON file a family and one for the rest, each replaced atomically. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from './records-model.ts'

/** What is remembered beside the families. */
export interface Ledger {
  /** The next id of the one counter for concepts and records when this was saved; never goes back, not even on reset. */
  nextId: number
  /** Token of the main account. */
  token: string
  /** Account names in the order of their ids, from 1. */
  accounts: string[]
  /** Settings as they were changed last. */
  settings: Record<string, unknown>
}

/** Keeps state somewhere, or nowhere. */
export interface StateKeeper {
  load(): Promise<{ readonly ledger: Ledger | undefined; readonly families: readonly Family[] }>
  saveFamily(family: Family): Promise<void>
  saveLedger(ledger: Ledger): Promise<void>
  clearFamilies(): Promise<void>
}

/** Remembers nothing beyond the process. */
export const noStateKeeper: StateKeeper = {
  load: async () => ({ ledger: undefined, families: [] }),
  saveFamily: async () => {},
  saveLedger: async () => {},
  clearFamilies: async () => {},
}

/** Keeps state as JSON files in a folder. */
export async function openStateFolder(folder: string): Promise<StateKeeper> {
  const families = join(folder, 'families')
  const ledgerPath = join(folder, 'emulator.json')
  await mkdir(families, { recursive: true })
  const write = createAtomicWriter()
  return {
    async load() {
      const names = (await readdir(families)).filter((name) => name.endsWith('.json'))
      const loaded: Family[] = []
      for (const name of names) loaded.push(JSON.parse(await readFile(join(families, name), 'utf8')))
      return { ledger: await readLedger(ledgerPath), families: loaded.sort((a, b) => a.conceptId - b.conceptId) }
    },
    saveFamily: (family) => write(join(families, `${family.conceptId}.json`), () => JSON.stringify(family)),
    saveLedger: (ledger) => write(ledgerPath, () => JSON.stringify(ledger)),
    async clearFamilies() {
      await rm(families, { recursive: true, force: true })
      await mkdir(families, { recursive: true })
    },
  }
}

async function readLedger(path: string): Promise<Ledger | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Writers of one path wait for each other, and those that wait share the next write, which holds the newest text. */
function createAtomicWriter(): (path: string, text: () => string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const waiting = new Map<string, Promise<void>>()

  const writeNow = (path: string, text: () => string): Promise<void> => {
    const done = replaceFile(path, text()).finally(() => {
      if (running.get(path) === done) running.delete(path)
    })
    running.set(path, done)
    return done
  }

  return (path, text) => {
    const current = running.get(path)
    if (!current) return writeNow(path, text)
    const queued = waiting.get(path)
    if (queued !== undefined) return queued
    const next = current
      .catch(() => undefined)
      .then(() => {
        waiting.delete(path)
        return writeNow(path, text)
      })
    waiting.set(path, next)
    return next
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  await writeFile(temporary, text)
  await rename(temporary, path)
}
