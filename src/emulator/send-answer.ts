/** How does an answer get onto the wire? */
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Answer, Headers } from './http-answer.ts'

/** Where an answer goes, and what is added to it. */
export interface Delivery {
  readonly response: ServerResponse
  /** HEAD has the headers of GET and no body. */
  readonly method: string
  readonly headers: Headers
  /** Whether JSON is indented (`?prettyprint=1`). */
  readonly isPretty: boolean
  /** Told the number of body bytes as they are handed over. */
  readonly onBytes: (count: number) => void
}

/** Sends an answer; the promise ends when all of it was handed to the connection, or the connection is gone. */
export async function sendAnswer(answer: Answer, delivery: Delivery): Promise<void> {
  const { response, method } = delivery
  if (answer.kind === 'bytes') {
    response.writeHead(answer.status, { ...delivery.headers, ...answer.headers })
    if (method === 'HEAD') response.end()
    else await pour(answer, delivery)
    return
  }
  const { type, body } = bodyOf(answer, delivery.isPretty)
  const length = answer.status === 204 ? {} : { 'content-length': body.length }
  response.writeHead(answer.status, { ...delivery.headers, ...type, ...length, ...answer.headers })
  if (method !== 'HEAD') delivery.onBytes(body.length)
  response.end(method === 'HEAD' ? undefined : body)
}

function bodyOf(
  answer: Exclude<Answer, { kind: 'bytes' }>,
  isPretty: boolean,
): { readonly type: Headers; readonly body: Buffer } {
  if (answer.kind === 'empty') return { type: {}, body: Buffer.alloc(0) }
  if (answer.kind === 'text') {
    return { type: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(answer.body) }
  }
  const text = isPretty ? JSON.stringify(answer.body, null, 2) : JSON.stringify(answer.body)
  return { type: { 'content-type': 'application/json' }, body: Buffer.from(text) }
}

async function pour(answer: Extract<Answer, { kind: 'bytes' }>, { response, onBytes }: Delivery): Promise<void> {
  const source = answer.open()
  source.on('data', (chunk: Buffer) => onBytes(chunk.length))
  try {
    await pipeline(source, response)
  } catch (error) {
    // A reader that hangs up in the middle of a download is no fault of the emulator; anything else is.
    if (!response.destroyed || !(error instanceof Error && 'code' in error)) throw error
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ECONNRESET' && error.code !== 'EPIPE')
      throw error
  }
}
