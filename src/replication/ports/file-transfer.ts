/** How do bytes go from a source to Zenodo? Types only. */
import type { Failure } from '../../core/failure.ts'
import type { UploadTarget } from './depositions.ts'

export interface SourceFile {
  readonly path: string
  readonly size: number
  /** `algorithm:hex` that the bytes must have, else null. */
  readonly checksum: string | null
  readonly source: string
  /** The folder that `file:` sources of this manifest may lie in, besides the configured roots. */
  readonly fileRoot: string | null
  /** The same bytes as Zenodo holds them, to be read instead of `source`. */
  readonly held?: HeldBytes
  /** The file is an archive, made of these on its way; it has no source of its own. */
  readonly members?: readonly SourceFile[]
  /** Of an archive: an earlier one at Zenodo, from which members with a `start` are read. */
  readonly within?: HeldBytes & { readonly size: number }
  /** Of a member: where its bytes begin in that earlier archive. */
  readonly start?: number
}

/** What went by. */
export interface FileMd5s {
  /** Hex md5 of the file. */
  readonly md5: string
  /** Hex md5 of each member of an archive, by path. */
  readonly memberMd5s: ReadonlyMap<string, string>
}

/** A GET of a file at Zenodo. */
export interface HeldBytes {
  readonly url: string
  /** Authorization and what else Zenodo needs. Never log them. */
  readonly headers: Readonly<Record<string, string>>
  /** Waits for the rate limit and checks the lease; call right before the request. */
  admit(signal: AbortSignal): Promise<void>
}

export interface FileTransfer {
  /**
   * Streams source → digest → target in constant memory, with a fresh source for each of `transfer.fileAttempts` tries.
   * @returns the md5 of the bytes sent, which Zenodo's answer agreed with.
   */
  send(file: SourceFile, target: UploadTarget, options: TransferOptions): Promise<FileMd5s>
  /** Reads a source without sending it. Checks size and checksum as `send` does. */
  digest(file: SourceFile, options: TransferOptions): Promise<FileMd5s>
}

export interface DocumentSource {
  /** A document from a web address, under the rules of sources. @throws Failure when it is not there, or too long */
  readDocument(address: string, signal: AbortSignal): Promise<string>
}

export interface TransferOptions {
  readonly signal: AbortSignal
  /** Called with the bytes of this file that are through; goes back to 0 when a file starts over. */
  readonly onProgress: (bytes: number) => void
  /** Called for each block, right before it is written to Zenodo's connection; throws when the lease is no longer trusted. */
  readonly guard: () => void
  /** Called when a try of this file failed and another follows. */
  readonly onRetry?: (failure: Failure) => void
}
