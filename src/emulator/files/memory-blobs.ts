/** How are files kept when no folder was given? In memory, chunk by chunk. */
import { Readable } from 'node:stream'
import type { BlobSink, BlobStore } from './blob-store.ts'

/** A blob store that is gone with the process. */
export function createMemoryBlobs(): BlobStore {
  const blobs = new Map<string, readonly Buffer[]>()

  const receive = async (): Promise<BlobSink> => {
    const chunks: Buffer[] = []
    return {
      async write(chunk) {
        chunks.push(chunk)
      },
      async keep(fileId) {
        blobs.set(fileId, chunks)
      },
      async discard() {
        chunks.length = 0
      },
    }
  }

  return {
    receive,
    open: (fileId) => Readable.from(blobs.get(fileId) ?? [], { objectMode: false }),
    async remove(fileIds) {
      for (const fileId of fileIds) blobs.delete(fileId)
    },
    async clear() {
      blobs.clear()
    },
  }
}
