/** How do several files become one ZIP archive on their way? Made as it is read: no copy on disk, constant memory. */
import { crc32 } from 'node:zlib'
import { Failure, isFailure } from '../core/failure.ts'
import { contentsList, contentsName } from '../core/packaging/contents.ts'
import { centralDirectory, dataDescriptor, localHeader, type WrittenEntry } from '../core/packaging/zip-layout.ts'
import type { SourceFile, TransferOptions } from '../replication/ports/file-transfer.ts'
import { readerOf } from './byte-reader.ts'
import { checkBytes, type Passing } from './checked-bytes.ts'
import { readHeldArchive } from './held-archive.ts'
import type { OpenSource } from './source-checks.ts'
import type { StallWatch } from './stall-watch.ts'

interface Passage {
  readonly passing: Passing
  /** Opens the source of one member. */
  readonly open: (member: SourceFile, signal: AbortSignal) => Promise<OpenSource>
  readonly watch: StallWatch
  readonly options: TransferOptions
}

interface OpenArchive extends OpenSource {
  /** Hex md5 of each member that has passed its checks, by path. */
  readonly memberMd5s: ReadonlyMap<string, string>
}

/** So many sources are open at once, as long as what lies before the last is no more than this. */
const sourcesAhead = 4
const bytesAhead = 4_000_000

/**
 * Opens the first members; each passes the checks of a file of its own while it is read. The archive ends with a list of
 * what is in it. @throws Failure of a member, naming the archive too.
 */
export async function openArchive(
  archive: SourceFile,
  members: readonly SourceFile[],
  passage: Passage,
): Promise<OpenArchive> {
  const memberMd5s = new Map<string, string>()
  const { turns, first } = await naming(archive, async () => {
    const turns = openInTurn(members, { ...passage, open: await openerOf(archive, passage) })
    return { turns, first: await turns.next() }
  })
  async function* read(): AsyncGenerator<Uint8Array> {
    const written: WrittenEntry[] = []
    let offset = 0
    for (let turn = first; !turn.done; turn = await turns.next()) {
      const { member, source } = turn.value
      const options = { ...passage.options, onProgress: () => {} }
      const bytes = checkBytes(passage.passing, member, { ...passage, source, options })
      const entry = yield* stored({ path: member.path, size: member.size, offset }, bytes.blocks)
      offset += lengthOf(entry)
      written.push(entry)
      memberMd5s.set(member.path, bytes.md5() ?? '')
    }
    const list = contentsList(members.map(({ path, size }) => ({ path, size, md5: memberMd5s.get(path) ?? '' })))
    const entry = yield* stored({ path: contentsName(members), size: list.length, offset }, [list])
    yield centralDirectory([...written, entry], offset + lengthOf(entry))
  }
  return { ...readerOf(named(archive, read())), where: 'its sources', endIsProven: true, memberMd5s }
}

/** Opens a member's source, or its place in an earlier archive at Zenodo. */
async function openerOf({ path, within }: SourceFile, { open, watch }: Passage): Promise<Passage['open']> {
  if (within === undefined) return open
  const whole = { path, size: within.size, checksum: null, source: '', fileRoot: null, held: within }
  const from = readHeldArchive(await open(whole, watch.signal))
  return async (member, signal) => (member.start === undefined ? open(member, signal) : from(member, member.start))
}

/** Header, bytes and descriptor of one entry. @returns what the table of contents says of it. */
async function* stored(
  entry: Omit<WrittenEntry, 'crc'>,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, WrittenEntry> {
  yield localHeader(entry)
  let crc = 0
  for await (const block of blocks) {
    crc = crc32(block, crc)
    yield block
  }
  yield dataDescriptor({ ...entry, crc })
  return { ...entry, crc }
}

function lengthOf(entry: WrittenEntry): number {
  return localHeader(entry).length + entry.size + dataDescriptor(entry).length
}

/** A source that waits long for its turn would be closed by its server, so only what is soon read is opened ahead. */
async function* openInTurn(members: readonly SourceFile[], { open, watch }: Passage) {
  const opened: Array<{ readonly member: SourceFile; readonly source: Promise<OpenSource> }> = []
  const mayOpen = () =>
    opened.length < sourcesAhead && opened.reduce((sum, { member }) => sum + member.size, 0) <= bytesAhead
  const rest = members.values()
  for (let next = rest.next(); ; ) {
    for (; !next.done && mayOpen(); next = rest.next()) {
      const source = open(next.value, watch.signal)
      // its failure is heard of when its turn comes, or never: the end of the try closes what was opened
      source.catch(() => {})
      opened.push({ member: next.value, source })
    }
    const turn = opened.shift()
    if (turn === undefined) return
    yield { member: turn.member, source: await turn.source }
  }
}

async function* named(archive: SourceFile, blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* blocks
  } catch (error) {
    throw inArchive(archive, error)
  }
}

async function naming<T>(archive: SourceFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw inArchive(archive, error)
  }
}

function inArchive(archive: SourceFile, error: unknown): unknown {
  if (!isFailure(error)) return error
  const { code, details, retryAfterMs } = error
  return new Failure(code, `For the archive "${archive.path}": ${error.message}`, {
    cause: error,
    details: { ...details, archive: archive.path },
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  })
}
