/** What must hold of every source, whatever its kind, before its bytes may go on? */
import { Failure, isFailure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import type { ByteReader } from './byte-reader.ts'

/** A source that has passed its checks. Its bytes can be read once; the signal it was opened with ends it. */
export interface OpenSource extends ByteReader {
  /** Host, bucket or `this host`: for sentences. Never the whole address, which may carry a signature. */
  readonly where: string
  /** False when the bytes just end with the connection: such a source, when short, may as well be a cut one. */
  readonly endIsProven: boolean
}

/** @throws Failure `source_size_differs` when the source announces another length; an unknown length passes. */
export function requireSize(file: SourceFile, announced: number | null, where: string): void {
  if (announced === null || announced === file.size) return
  throw sizeDiffers(file, announced, where)
}

/** The failure for a source that has `found` bytes, or that many and more. */
export function sizeDiffers(file: SourceFile, found: number, where: string, orMore = false): Failure {
  const amount = orMore ? `at least ${found}` : `${found}`
  return new Failure(
    'source_size_differs',
    `"${file.path}" has ${amount} bytes at ${where}, but the manifest promises ${file.size}.`,
    { details: { path: file.path, where, found, promised: file.size } },
  )
}

/** The failure for an error status of a source: gone and forbidden need a person, the rest passes with time. */
export function statusFailure(
  file: SourceFile,
  where: string,
  answer: { status: number; retryAfterMs?: number },
): Failure {
  const { status, retryAfterMs } = answer
  const passes = status >= 500 || status === 429 || status === 408 || status === 425 || status === 202
  const sentence = `${where} answers ${status} instead of the file "${file.path}".`
  return new Failure(passes ? 'source_unavailable' : 'source_missing', sentence, {
    details: { path: file.path, where, status },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** The failure for a source that could not be reached, or whose bytes were cut. */
export function unavailable(file: SourceFile, where: string, cause: unknown): Failure {
  return new Failure('source_unavailable', `"${file.path}" could not be read from ${where} (${shortName(cause)}).`, {
    cause,
    details: { path: file.path, where },
  })
}

/** A reader of which whatever breaks it is told as a failure of the source. */
export function naming(reader: ByteReader, file: SourceFile, where: string): ByteReader {
  return {
    async read(into) {
      try {
        return await reader.read(into)
      } catch (error) {
        throw isFailure(error) ? error : unavailable(file, where, error)
      }
    },
  }
}

/** The machine-readable name of an error: its message may hold an address with a signature. */
export function shortName(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
