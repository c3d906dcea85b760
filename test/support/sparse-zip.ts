/** How is an archive read that is too large to be there? Its large files are holes; yauzl, which knows nothing of ours, reads the rest. */
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import {
  centralDirectory,
  dataDescriptor,
  localHeader,
  type WrittenEntry,
} from '../../src/core/packaging/zip-layout.ts'

interface Piece {
  readonly at: number
  readonly bytes: Uint8Array
}

/** An archive whose large files are not there: their bytes count, but only what is given as content is kept. */
export function layOut(files: ReadonlyArray<{ path: string; size: number; content?: string }>) {
  const pieces: Piece[] = []
  const entries: WrittenEntry[] = []
  let at = 0
  const put = (bytes: Uint8Array, length = bytes.length) => {
    pieces.push({ at, bytes })
    at += length
  }
  for (const { path, size, content = '' } of files) {
    const entry = { path, size, offset: at, crc: crc32(content) }
    put(localHeader(entry))
    put(Buffer.from(content), size)
    put(dataDescriptor(entry))
    entries.push(entry)
  }
  put(centralDirectory(entries, at))
  return { pieces, length: at }
}

export class Sparse extends yauzl.RandomAccessReader {
  readonly pieces: readonly Piece[]
  constructor(pieces: readonly Piece[]) {
    super()
    this.pieces = pieces
  }
  override _readStreamForRange(start: number, end: number): Readable {
    const found = Buffer.alloc(end - start)
    for (const { at, bytes } of this.pieces) {
      const from = Math.max(start, at)
      const to = Math.min(end, at + bytes.length)
      if (from < to) found.set(bytes.subarray(from - at, to - at), from - start)
    }
    return Readable.from([found])
  }
}
