/** Where do the bytes of files live? The interface of the two places: memory, and a folder. */
import type { Readable } from 'node:stream'

/** Takes the bytes of one upload; nothing can be read back before `keep`. */
export interface BlobSink {
  /** Takes a chunk; the promise ends when the next one may come. */
  write(chunk: Buffer): Promise<void>
  /** Makes the bytes readable under `fileId`. */
  keep(fileId: string): Promise<void>
  /** Throws the bytes away. */
  discard(): Promise<void>
}

/** Holds bytes by file id. */
export interface BlobStore {
  /** Begins an upload. */
  receive(): Promise<BlobSink>
  /** Reads a file from its start. */
  open(fileId: string): Readable
  /** Forgets files; unknown ids are ignored. */
  remove(fileIds: readonly string[]): Promise<void>
  /** Forgets everything. */
  clear(): Promise<void>
}
