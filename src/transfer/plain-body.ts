/**
 * How do the bytes of a connection become the reads of a body? Gathered while they come fast, at once when they do not; most
 * of them are put where they belong by the system itself.
 */
import type { ByteReader } from './byte-reader.ts'
import type { Connection, Receiver } from './plain-connection.ts'

interface BodyOptions {
  readonly size: number
  readonly signal: AbortSignal
  /** All bytes have come and been read. */
  readonly onRead: () => void
}

interface PendingRead extends PromiseWithResolvers<number> {
  readonly into: Uint8Array
  filled: number
}

/**
 * Receives of a connection until `size` bytes have come. A read is answered once it is half full, or when nothing more
 * comes for now; one that was given up is written to no more.
 */
export function createPlainBody(connection: Connection, { size, signal, onRead }: BodyOptions): Receiver & ByteReader {
  /** Bytes that nobody had asked for: TLS goes on for a while after a pause. Copies, as it goes on in the same buffer. */
  const kept: Buffer[] = []
  let toCome = size
  let toRead = size
  let pending: PendingRead | null = null
  let broken: { readonly reason: unknown } | null = null
  let isPaused = false

  /** Ends the read when it has enough; at the latest when nothing more comes for now. */
  function deliver(read: PendingRead, isQuiet: boolean): void {
    if (!isQuiet && toCome > 0 && read.filled * 2 < read.into.byteLength) return
    pending = null
    toRead -= read.filled
    read.resolve(read.filled)
    if (toRead === 0 && read.filled > 0) onRead()
  }

  const hasNews = onceQuiet(() => {
    if (pending !== null && pending.filled > 0) deliver(pending, true)
  })

  return {
    room: () => (pending === null || toCome === 0 ? null : roomOf(pending)),
    take(bytes) {
      const more = bytes.subarray(0, toCome)
      toCome -= more.byteLength
      const rest = pending === null ? more : fill(pending, more)
      if (rest.byteLength > 0) kept.push(Buffer.from(rest))
      // who sends more than was announced is not asked again on this connection
      if (more.byteLength < bytes.byteLength) connection.cut(null)
      if (pending !== null) deliver(pending, false)
      if (pending !== null) hasNews()
      isPaused = pending === null && toCome > 0
      return !isPaused
    },
    ended(reason) {
      // what has come whole stays whole
      if (toCome === 0) return
      broken = { reason }
      pending?.reject(reason)
      pending = null
    },
    read(into) {
      if (signal.aborted) return Promise.reject(signal.reason)
      const read = { into, filled: 0, ...Promise.withResolvers<number>() }
      fillFrom(kept, read)
      if (broken !== null && read.filled === 0) return Promise.reject(broken.reason)
      pending = read
      deliver(read, broken !== null)
      if (read.filled > 0) hasNews()
      if (isPaused && kept.length === 0) {
        isPaused = false
        connection.resume()
      }
      return read.promise
    },
  }
}

/** Where the next bytes of a read belong. Not asked for once all have come: the memory is on its way to others then. */
function roomOf({ into, filled }: PendingRead): Buffer {
  return Buffer.from(into.buffer, into.byteOffset + filled, into.byteLength - filled)
}

/** Copies what fits, unless it lies there already. @returns the rest. */
function fill(read: PendingRead, bytes: Buffer): Buffer {
  const { into, filled } = read
  if (bytes.buffer === into.buffer && bytes.byteOffset === into.byteOffset + filled) {
    read.filled += bytes.byteLength
    return bytes.subarray(bytes.byteLength)
  }
  const copied = bytes.copy(into, filled)
  read.filled += copied
  return bytes.subarray(copied)
}

function fillFrom(kept: Buffer[], read: PendingRead): void {
  for (let first = kept[0]; first !== undefined && read.filled < read.into.byteLength; first = kept[0]) {
    const rest = fill(read, first)
    if (rest.byteLength === 0) kept.shift()
    else kept[0] = rest
  }
}

/** Calls once the event loop has gone round without news; to be told of each. */
function onceQuiet(call: () => void): () => void {
  let isWatching = false
  let isFresh = false
  const look = () => {
    isWatching = isFresh
    isFresh = false
    if (isWatching) setImmediate(look)
    else call()
  }
  return () => {
    isFresh = true
    if (!isWatching) setImmediate(look)
    isWatching = true
  }
}
