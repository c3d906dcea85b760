/** How are the bytes of a source taken? By whoever has room for them: they are read into memory that the reader brings. */
import { setImmediate as eventLoopTurn } from 'node:timers/promises'

export interface ByteReader {
  /**
   * Fills `into` from its start with what comes next: all of it, or as much as is there without waiting for more.
   * One call at a time; a call that was given up may still write into its memory, and so may, behind the bytes it brought, one
   * that was answered, until the source has come to its end.
   * @returns how many bytes, from 1; 0 at the end of the source.
   * @throws what broke the source, or its signal's reason.
   */
  read(into: Uint8Array): Promise<number>
}

/** Reads blocks that somebody else made, copying them. The next one is asked for once all of a block has been taken. */
export function readerOf(blocks: AsyncIterable<Uint8Array>): ByteReader {
  const next = lookAhead(blocks[Symbol.asyncIterator]())
  let rest: Buffer = Buffer.alloc(0)
  const take = (into: Uint8Array): number => {
    // not Uint8Array.set, which copies into shared memory at a quarter of the speed
    const count = rest.copy(into)
    rest = rest.subarray(count)
    return count
  }
  return {
    async read(into) {
      let filled = take(into)
      // small blocks are gathered, yet none waits for the next
      while (filled < into.length / 2) {
        const block = await next(filled === 0)
        if (block === null) break
        rest = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
        filled += take(into.subarray(filled))
      }
      return filled
    },
  }
}

/** @returns asks for the next block: null at the end, and also when it does not come within a turn and need not be waited for. */
function lookAhead<T>(iterator: AsyncIterator<T>): (wait: boolean) => Promise<T | null> {
  let coming: Promise<IteratorResult<T>> | null = null
  return async (wait) => {
    coming ??= iterator.next()
    const next = wait ? await coming : await Promise.race([coming, eventLoopTurn(null)])
    if (next === null) return null
    coming = null
    return next.done ? null : next.value
  }
}
