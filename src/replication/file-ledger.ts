/** Which files of a run are through? Kept in memory for the heartbeat, and written to the table several at a time. */
import type { CopyFile } from '../core/copy.ts'
import type { FileFact } from './ports/work-store.ts'
import type { Run, RunContext } from './run-context.ts'

export interface FileLedger {
  /** Bytes of a file that are on their way. */
  progress(path: string, bytes: number): void
  /** Resolves once the facts are stored: a file that counts as sent is never sent again. */
  record(facts: readonly FileFact[]): Promise<void>
  /** @returns the files with all that was recorded. */
  close(): Promise<CopyFile[]>
}

export function createFileLedger(run: Run, context: RunContext): FileLedger {
  const facts = new Map<string, FileFact>()
  const underway = new Map<string, number>()
  let waiting: FileFact[] = []
  let writing: Promise<void> | null = null

  const report = () => {
    const done = [...facts.values()].reduce((sum, fact) => sum + fact.bytesDone, 0)
    const moving = [...underway.values()].reduce((sum, bytes) => sum + bytes, 0)
    context.onProgress({ bytesDone: done + moving, filesDone: facts.size })
  }

  /** One write at a time: facts that arrive meanwhile share the next transaction. */
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await context.work.recordFiles(context.lead.proof, run.copy.id, batch)
    }
  }

  const record = async (batch: readonly FileFact[]): Promise<void> => {
    for (const fact of batch) {
      facts.set(fact.path, fact)
      underway.delete(fact.path)
    }
    report()
    waiting.push(...batch)
    while (waiting.some((fact) => batch.includes(fact))) {
      writing ??= flush().finally(() => {
        writing = null
      })
      await writing
    }
    await writing
  }

  return {
    progress(path, bytes) {
      underway.set(path, bytes)
      report()
    },
    record,
    async close() {
      await writing
      return run.files.map((file) => {
        const fact = facts.get(file.path)
        return fact ? { ...file, state: fact.state, md5: fact.md5, bytesDone: fact.bytesDone } : file
      })
    },
  }
}
