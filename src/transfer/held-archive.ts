/** How are files read out of an archive that Zenodo holds? In one pass, as they lie there in the order they are asked for. */
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import { type OpenSource, unavailable } from './source-checks.ts'

/** @returns opens a member whose bytes begin at `start`; what lies before is passed over when it is read. */
export function readHeldArchive(whole: OpenSource): (member: SourceFile, start: number) => OpenSource {
  const blocks = whole.blocks[Symbol.asyncIterator]()
  let position = 0
  let rest: Uint8Array = new Uint8Array()

  /** The next bytes, at most so many. */
  const next = async (most: number, member: SourceFile): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const block = await blocks.next()
      if (block.done) throw unavailable(member, whole.where, new Error('The archive ended too early'))
      rest = block.value
    }
    const part = rest.subarray(0, most)
    rest = rest.subarray(part.length)
    position += part.length
    return part
  }

  async function* read(member: SourceFile, start: number): AsyncGenerator<Uint8Array> {
    while (position < start) await next(start - position, member)
    for (let left = member.size; left > 0; ) {
      const part = await next(left, member)
      left -= part.length
      yield part
    }
  }
  return (member, start) => ({ blocks: read(member, start), where: whole.where, endIsProven: true })
}
