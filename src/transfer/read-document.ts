/** How is a document read from a web address: whole, into memory, and no longer than it may be? */
import { Failure } from '../core/failure.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import type { ByteReader } from './byte-reader.ts'
import { follow, type HttpSources } from './http-source.ts'
import { naming, statusFailure } from './source-checks.ts'

const partBytes = 64 * 1024

/**
 * @param mostBytes of it
 * @throws Failure when the address is not allowed, does not answer 200, or answers more than so many bytes, or no UTF-8
 */
export async function readHttpDocument(
  address: string,
  {
    sources,
    mostBytes,
    signal,
  }: { readonly sources: HttpSources; readonly mostBytes: number; readonly signal: AbortSignal },
): Promise<string> {
  // the path is what it is called in sentences: the address may carry a signature
  const file: SourceFile = { path: 'the manifest', size: 0, checksum: null, source: address, fileRoot: null }
  const { answer, where } = await follow(file, sources, signal)
  if (answer.status !== 200) throw statusFailure(file, where, { status: answer.status })
  const bytes = await readAll(naming(answer, file, where), mostBytes)
  const text = bytes === null ? null : decoded(bytes)
  if (text !== null) return text
  throw new Failure('manifest_invalid', `What ${where} answers is not UTF-8, or longer than ${mostBytes} bytes.`)
}

/** Null: there is more of it. */
async function readAll(reader: ByteReader, mostBytes: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = []
  for (let length = 0; length <= mostBytes; ) {
    const part = new Uint8Array(partBytes)
    const count = await reader.read(part)
    if (count === 0) return Buffer.concat(parts)
    parts.push(part.subarray(0, count))
    length += count
  }
  return null
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
