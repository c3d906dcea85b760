/** Same name and size at Zenodo, but are the bytes the same? Only reading the source can tell. */
import type { Deposition, RecordFile } from '../core/copy.ts'
import { isFailure } from '../core/failure.ts'
import { isUnchanged } from '../core/file-changes.ts'
import type { SourceFile, TransferOptions } from './ports/file-transfer.ts'
import { changesOf, type Run, type RunContext } from './run-context.ts'

/**
 * Gives each file that cannot be told apart its md5, by reading its source. When the source is gone and the manifest promises
 * no checksum, bytes that an earlier copy brought under this name and size are left as they are: there is nothing to
 * compare them with, and nothing to replace them by.
 */
export async function examineFiles(run: Run, deposition: Deposition, context: RunContext): Promise<Run> {
  const { examine } = changesOf(run, deposition.files)
  if (examine.length === 0) return run
  const md5s = new Map<string, string>()
  for (const file of examine) md5s.set(file.path, await md5Of(file, deposition, { run, context }))
  const told = <T extends RecordFile>(file: T): T => ({ ...file, md5: md5s.get(file.path) ?? file.md5 })
  return { ...run, files: run.files.map(told), archives: run.archives.map(told) }
}

/** Whether a deposition holds exactly the wanted files. Sources are read only when names and sizes agree. */
export async function holdsWanted(run: Run, deposition: Deposition, context: RunContext): Promise<boolean> {
  const { upload, remove } = changesOf(run, deposition.files)
  if (upload.length > 0 || remove.length > 0) return false
  try {
    const examined = await examineFiles(run, deposition, context)
    return isUnchanged(changesOf(examined, deposition.files))
  } catch (error) {
    // without its source a file cannot be told from what is there; whether it is needed, the upload will see
    if (isFailure(error, 'source_missing')) return false
    throw error
  }
}

/** A file as the transfer takes it. */
export function sourceOf({ archived, ...file }: RecordFile, run: Pick<Run, 'claimed'>): SourceFile {
  const { fileRoot } = run.claimed
  if (archived === undefined) return { ...file, fileRoot }
  return { ...file, fileRoot, members: archived.members.map((member) => ({ ...member, fileRoot })) }
}

/** Reading under the lease and the run's signal. */
export function readOptions(context: RunContext): TransferOptions {
  return { signal: context.signal, onProgress: () => {}, guard: () => context.lead.requireTrusted() }
}

async function md5Of(
  file: RecordFile,
  deposition: Deposition,
  { run, context }: { run: Run; context: RunContext },
): Promise<string> {
  try {
    return (await context.transfer.digest(sourceOf(file, run), readOptions(context))).md5
  } catch (error) {
    const there = deposition.files.find((remote) => remote.name === file.path)
    const { knownFiles, knownArchives } = run.claimed
    const ours =
      knownFiles.some((known) => known.path === file.path && known.md5 === there?.md5) ||
      knownArchives.some((known) => known.name === file.path && known.md5 === there?.md5)
    if (isFailure(error, 'source_missing') && file.checksum === null && there && ours) return there.md5
    throw error
  }
}
