/** Which files of a run are through? Kept in memory for the heartbeat, and written to the table several at a time. */
import type { CopyFile, FileState, RecordFile } from '../core/copy.ts'
import type { PackedFiles } from './pack-files.ts'
import type { FileFact } from './ports/work-store.ts'
import type { Run, RunContext } from './run-context.ts'

/** A file of the record that is at Zenodo: one of the version, or an archive with its members. */
export interface Through {
  readonly file: RecordFile
  readonly state: Extract<FileState, 'sent' | 'kept'>
  readonly md5: string
  /** Of the members of an archive that was read; else what is known of them stays. */
  readonly memberMd5s?: ReadonlyMap<string, string>
}

export interface FileLedger {
  /** Bytes of a file that are on their way. */
  progress(file: RecordFile, bytes: number): void
  /** Resolves once the facts are stored: a file that counts as sent is never sent again. */
  record(items: readonly Through[]): Promise<void>
  /** @returns the files with all that was recorded. */
  close(): Promise<PackedFiles>
}

export function createFileLedger(run: Run, context: RunContext): FileLedger {
  const through = new Map<string, Through>()
  const facts = new Map<string, FileFact>()
  const underway = new Map<string, number>()
  let bytesDone = 0
  let waiting: Through[] = []
  let writing: Promise<void> | null = null

  const report = () => {
    const moving = [...underway.values()].reduce((sum, bytes) => sum + bytes, 0)
    context.onProgress({ bytesDone: bytesDone + moving, filesDone: facts.size })
  }

  /** One write at a time: facts that arrive meanwhile share the next transaction. */
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await recordThrough(run, batch, context)
    }
  }

  const record = async (batch: readonly Through[]): Promise<void> => {
    for (const item of batch) {
      through.set(item.file.path, item)
      underway.delete(item.file.path)
      for (const fact of factsOf(item)) {
        bytesDone += fact.bytesDone - (facts.get(fact.path)?.bytesDone ?? 0)
        facts.set(fact.path, fact)
      }
    }
    report()
    waiting.push(...batch)
    while (waiting.some((item) => batch.includes(item))) {
      writing ??= flush().finally(() => {
        writing = null
      })
      await writing
    }
    await writing
  }

  return {
    progress(file, bytes) {
      // what an archive adds to its members is no progress of theirs
      underway.set(file.path, Math.min(bytes, contentBytes(file)))
      report()
    },
    record,
    async close() {
      await writing
      const updated = ({ state, md5, bytesDone }: FileFact) => ({ state, md5, bytesDone })
      return {
        files: run.files.map((file) => {
          const fact = facts.get(file.path)
          return fact ? { ...file, ...updated(fact) } : file
        }),
        archives: run.archives.map((file) => ({ ...file, md5: through.get(file.path)?.md5 ?? file.md5 })),
      }
    },
  }
}

/** Stores that these are at Zenodo; of an archive, each member and the archive itself. */
export async function recordThrough(run: Run, items: readonly Through[], { work, lead }: RunContext): Promise<void> {
  const archives = items.flatMap(({ file, md5 }) => {
    if (file.archived === undefined) return []
    return [{ name: file.path, size: file.size, contents: file.archived.contents, md5 }]
  })
  await work.recordFiles(lead.proof, run.copy.id, items.flatMap(factsOf), archives)
}

function factsOf({ file, state, md5, memberMd5s }: Through): FileFact[] {
  if (file.archived === undefined) return [{ path: file.path, state, md5, bytesDone: file.size }]
  const md5Of = (member: CopyFile) => memberMd5s?.get(member.path) ?? member.md5
  return file.archived.members.map((member) => ({
    path: member.path,
    state,
    md5: md5Of(member),
    bytesDone: member.size,
  }))
}

function contentBytes({ size, archived }: RecordFile): number {
  return archived === undefined ? size : archived.members.reduce((sum, member) => sum + member.size, 0)
}
