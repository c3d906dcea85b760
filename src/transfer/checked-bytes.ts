/** Are these the bytes that were promised? Counts and hashes them on their way, and lets no wrong file become whole. */
import type { SourceFile, TransferOptions } from '../replication/ports/file-transfer.ts'
import { startDigests } from './digests.ts'
import type { HashPool } from './hash-pool.ts'
import type { Slot, SlotPool, SlotRing } from './slots.ts'
import { type OpenSource, sizeDiffers, unavailable } from './source-checks.ts'
import type { StallWatch } from './stall-watch.ts'

export interface CheckedBytes {
  /**
   * One pass; throws a Failure instead of the last block when size or checksum are not as promised.
   * Asking for the next block says that nobody needs the one before any more: its memory is used again.
   */
  readonly blocks: AsyncGenerator<Uint8Array, void>
  /** Hex md5, once all bytes have passed the checks, else null. */
  md5(): string | null
}

/** What bytes pass through. */
export interface Passing {
  readonly hashes: HashPool
  readonly slots: SlotPool
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
export function checkBytes(passing: Passing, file: SourceFile, passage: Passage): CheckedBytes {
  let md5: string | null = null
  const verified = (value: string) => {
    md5 = value
  }
  return { blocks: pass(passing, file, passage, verified), md5: () => md5 }
}

async function* pass(
  { hashes, slots }: Passing,
  file: SourceFile,
  passage: Passage,
  verified: (md5: string) => void,
): AsyncGenerator<Uint8Array, void> {
  const digests = startDigests(hashes, file)
  const ring = slots.ring()
  const release = releaseThrough(passage)
  try {
    let held: Uint8Array | null = null
    for await (const { slot, block } of readAhead(file, passage, ring)) {
      slot.hashed = digests.update(block)
      if (held !== null) yield* release(held)
      held = block
    }
    verified(await digests.finish(passage.source.where))
    if (held !== null) yield* release(held)
    ring.recycle()
  } finally {
    digests.drop()
  }
}

interface Filled {
  readonly slot: Slot
  readonly block: Uint8Array
}

/**
 * Reads a block while the one before is on its way. Of the slots of a ring at most three are in use here (one being read,
 * one just read, one held back), so a slot that comes round again has been written; that it has been hashed is waited for.
 */
async function* readAhead(file: SourceFile, { source, watch }: Passage, ring: SlotRing): AsyncGenerator<Filled, void> {
  const fill = async (): Promise<Filled> => {
    const slot = ring.next()
    await slot.hashed
    return { slot, block: slot.bytes.subarray(0, await source.read(slot.bytes)) }
  }
  let count = 0
  for (let coming = fill(); ; ) {
    const filled = await coming
    watch.touch()
    const { length } = filled.block
    if (length === 0) break
    count += length
    if (count > file.size) throw sizeDiffers(file, count, source.where, true)
    coming = fill()
    // its failure is heard of when its turn comes
    coming.catch(() => {})
    yield filled
  }
  requireWhole(file, source, count)
}

/** Hands a block on and reports it once the receiver asks for more. A try that has ended reports nothing. */
function releaseThrough({ watch, options }: Passage) {
  let through = 0
  return function* release(block: Uint8Array): Generator<Uint8Array, void> {
    watch.signal.throwIfAborted()
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
