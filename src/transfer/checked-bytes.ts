/** Are these the bytes that were promised? Counts and hashes them on their way, and lets no wrong file become whole. */
import type { SourceFile, TransferOptions } from '../replication/ports/file-transfer.ts'
import { startDigests } from './digests.ts'
import { type OpenSource, sizeDiffers, unavailable } from './source-checks.ts'
import type { StallWatch } from './stall-watch.ts'

export interface CheckedBytes {
  /** One pass; throws a Failure instead of the last block when size or checksum are not as promised. */
  readonly blocks: AsyncGenerator<Uint8Array, void>
  /** Hex md5, once all bytes have passed the checks, else null. */
  md5(): string | null
}

interface Passage {
  readonly source: OpenSource
  readonly watch: StallWatch
  readonly options: TransferOptions
}

/**
 * The last block is held back until the source has ended and its digests are known. A receiver that was told the full
 * length therefore never gets all of a file that is shorter, longer or other than promised, and drops what it has.
 */
export function checkBytes(file: SourceFile, passage: Passage): CheckedBytes {
  let md5: string | null = null
  const verified = (value: string) => {
    md5 = value
  }
  return { blocks: pass(file, passage, verified), md5: () => md5 }
}

async function* pass(
  file: SourceFile,
  passage: Passage,
  verified: (md5: string) => void,
): AsyncGenerator<Uint8Array, void> {
  const { source, watch } = passage
  const digests = startDigests(file)
  const release = releaseThrough(passage)
  let held: Uint8Array | null = null
  let count = 0
  for await (const block of source.blocks) {
    watch.touch()
    count += block.byteLength
    if (count > file.size) throw sizeDiffers(file, count, source.where, true)
    digests.update(block)
    if (held !== null) yield* release(held)
    held = block
  }
  requireWhole(file, source, count)
  verified(digests.finish(source.where).md5)
  if (held !== null) yield* release(held)
}

/** Hands a block on and reports it once the receiver asks for more. A try that has ended reports nothing. */
function releaseThrough({ watch, options }: Passage) {
  let through = 0
  return function* release(block: Uint8Array): Generator<Uint8Array, void> {
    watch.signal.throwIfAborted()
    options.guard()
    yield block
    through += block.byteLength
    watch.signal.throwIfAborted()
    watch.touch()
    options.onProgress(through)
  }
}

function requireWhole(file: SourceFile, source: OpenSource, count: number): void {
  if (count === file.size) return
  if (source.endIsProven) throw sizeDiffers(file, count, source.where)
  throw unavailable(file, source.where, new Error('The connection ended before all bytes came'))
}
