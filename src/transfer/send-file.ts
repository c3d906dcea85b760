/** How does one file go from its source to Zenodo? One try, in one pass; read this first. */
import { Failure } from '../core/failure.ts'
import type { UploadTarget } from '../replication/ports/depositions.ts'
import type { FileMd5s, SourceFile, TransferOptions } from '../replication/ports/file-transfer.ts'
import { openArchive } from './archive-source.ts'
import { type CheckedBytes, checkBytes, type Passing } from './checked-bytes.ts'
import type { Sources } from './open-source.ts'
import { type Puts, putStream } from './put-stream.ts'
import type { OpenSource } from './source-checks.ts'
import { type StallWatch, watchStall } from './stall-watch.ts'

export interface Engine {
  readonly sources: Sources
  readonly puts: Puts
  readonly passing: Passing
  readonly stallMs: number
}

/**
 * Opens and checks the source, then streams it into the PUT, and compares what Zenodo stored with what went by.
 * @throws Failure of the source, of Zenodo's answer, `transfer_stalled` or `stored_differently`; the signal's reason.
 */
export async function sendFile(
  engine: Engine,
  job: { readonly file: SourceFile; readonly target: UploadTarget },
  options: TransferOptions,
): Promise<FileMd5s> {
  const { file, target } = job
  return watched(engine, file, options, async (watch) => {
    const source = await openAny(engine, file, { watch, options })
    await watch.pausedDuring(() => target.admit(watch.signal))
    const bytes = checkBytes(engine.passing, file, { source, watch, options })
    const put = { target, blocks: bytes.blocks, path: file.path, guard: options.guard }
    const answer = await putStream(engine.puts, put, watch.signal)
    const md5 = requireStored(file, bytes, await watch.pausedDuring(() => target.accept(answer, watch.signal)))
    options.onProgress(file.size)
    return { md5, memberMd5s: source.memberMd5s }
  })
}

/** Reads a source to its end through the same checks, for its md5. @throws Failure of the source. */
export async function digestFile(engine: Engine, file: SourceFile, options: TransferOptions): Promise<FileMd5s> {
  return watched(engine, file, options, async (watch) => {
    const source = await openAny(engine, file, { watch, options })
    const bytes = checkBytes(engine.passing, file, { source, watch, options })
    for await (const _ of bytes.blocks) options.guard()
    return { md5: requireMd5(file, bytes), memberMd5s: source.memberMd5s }
  })
}

async function openAny(
  { sources, passing }: Engine,
  file: SourceFile,
  by: { readonly watch: StallWatch; readonly options: TransferOptions },
): Promise<OpenSource & Pick<FileMd5s, 'memberMd5s'>> {
  // an archive that Zenodo has already is read from there like any file
  if (file.members && !file.held) return openArchive(file, file.members, { ...by, passing, open: sources.open })
  return { ...(await sources.open(file, by.watch.signal)), memberMd5s: new Map() }
}

/** Runs a try under the watchdog. When that aborted, its reason is the cause of whatever else broke. */
async function watched<T>(
  engine: Engine,
  file: SourceFile,
  { signal }: TransferOptions,
  work: (watch: StallWatch) => Promise<T>,
): Promise<T> {
  const watch = watchStall(file.path, engine.stallMs, signal)
  try {
    return await work(watch)
  } catch (error) {
    throw watch.signal.aborted ? watch.signal.reason : error
  } finally {
    watch.end()
  }
}

function requireStored(file: SourceFile, bytes: CheckedBytes, stored: { size: number; md5: string }): string {
  const md5 = requireMd5(file, bytes)
  if (stored.md5.toLowerCase() === md5 && stored.size === file.size) return md5
  throw new Failure(
    'stored_differently',
    `Zenodo stored "${file.path}" as ${stored.size} bytes with the md5 ${stored.md5}; ${file.size} bytes with ${md5} were sent.`,
    { details: { path: file.path, sent: { size: file.size, md5 }, stored } },
  )
}

/** An answer of success before the last byte went out is none. */
function requireMd5(file: SourceFile, bytes: CheckedBytes): string {
  const md5 = bytes.md5()
  if (md5 !== null) return md5
  const message = `Zenodo confirmed "${file.path}" before all of its bytes had been sent.`
  throw new Failure('zenodo_unexpected_answer', message, { details: { path: file.path } })
}
