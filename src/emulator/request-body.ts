/** How is the body of a request read, counted, and left alone? */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ConnectionLost, HttpError } from './http-answer.ts'

/** The body of one request. */
export interface RequestBody {
  /** Bytes announced by `Content-Length`. A chunked body counts as empty: Zenodo's application never sees it. */
  readonly declaredBytes: number
  /** Bytes read from the connection so far. */
  receivedBytes(): number
  /** The bytes as they come. @throws ConnectionLost when the connection ends before the announced length. */
  chunks(): AsyncIterable<Buffer>
  /** The whole body. @throws HttpError 413 above `limitBytes`. */
  whole(limitBytes: number): Promise<Buffer>
  /** The whole body as text, chunked or not, for the control interface. */
  text(): Promise<string>
  /** Reads, and forgets, at least `bytes` bytes of it, chunked or not, or all there is. */
  skip(bytes: number): Promise<void>
  /** Whether the client still waits for permission to send. */
  isAwaited(): boolean
  /** Lets what was not read flow away, so that the connection can be used again. */
  drain(): void
}

/**
 * Wraps the body of a request. A client that waits for permission to send (`Expect: 100-continue`, `mustContinue`) gets it
 * when somebody reads, so that a refusal comes before the bytes.
 */
export function createRequestBody(
  request: IncomingMessage,
  response: ServerResponse,
  mustContinue: boolean,
): RequestBody {
  const declaredBytes = Number(request.headers['content-length'] ?? 0)
  let received = 0
  let waitsForPermission = mustContinue

  async function* read(): AsyncGenerator<Buffer> {
    if (waitsForPermission) response.writeContinue()
    waitsForPermission = false
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        received += chunk.length
        yield chunk
      }
    } catch (error) {
      throw new ConnectionLost('The connection ended in the middle of the request body.', { cause: error })
    }
    if (received < declaredBytes) throw new ConnectionLost('The request body was shorter than announced.')
  }

  async function* chunks(): AsyncGenerator<Buffer> {
    if (declaredBytes > 0) yield* read()
  }

  return {
    declaredBytes,
    receivedBytes: () => received,
    chunks,
    async whole(limitBytes) {
      if (declaredBytes > limitBytes) throw new HttpError(413, 'The data value transmitted exceeds the capacity limit.')
      const parts: Buffer[] = []
      for await (const chunk of chunks()) parts.push(chunk)
      return Buffer.concat(parts)
    },
    async text() {
      const parts: Buffer[] = []
      for await (const chunk of read()) parts.push(chunk)
      return Buffer.concat(parts).toString('utf8')
    },
    async skip(bytes) {
      if (bytes === 0) return
      for await (const _ of read()) if (received >= bytes) return
    },
    isAwaited: () => waitsForPermission,
    drain() {
      if (!request.readableEnded && !request.destroyed) request.resume()
    },
  }
}
