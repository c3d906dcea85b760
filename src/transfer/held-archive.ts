/** How are files read out of an archive that Zenodo holds? In one pass, as they lie there in the order they are asked for. */
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import { slotBytes } from './slots.ts'
import { type OpenSource, unavailable } from './source-checks.ts'

/** @returns opens a member whose bytes begin at `start`; what lies before is passed over when it is read. */
export function readHeldArchive(whole: OpenSource): (member: SourceFile, start: number) => OpenSource {
  let position = 0

  const next = async (into: Uint8Array, member: SourceFile): Promise<number> => {
    const count = await whole.read(into)
    if (count === 0) throw unavailable(member, whole.where, new Error('The archive ended too early'))
    position += count
    return count
  }

  const passOver = async (until: number, member: SourceFile): Promise<void> => {
    if (position >= until) return
    const dropped = new Uint8Array(Math.min(slotBytes, until - position))
    while (position < until) await next(dropped.subarray(0, until - position), member)
  }

  return (member, start) => {
    let left = member.size
    const read = async (into: Uint8Array): Promise<number> => {
      await passOver(start, member)
      if (left === 0) return 0
      const count = await next(into.subarray(0, left), member)
      left -= count
      return count
    }
    return { read, where: whole.where, endIsProven: true }
  }
}
