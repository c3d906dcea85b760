/** How do blocks become one PUT of known length, and what was the answer, even when it came early? */
import type { Readable } from 'node:stream'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import type { Agent, Dispatcher } from 'undici'
import { Failure } from '../core/failure.ts'
import type { UploadAnswer, UploadTarget } from '../replication/ports/depositions.ts'
import { abortable } from './abortable.ts'
import { shortName } from './source-checks.ts'

export interface Puts {
  /** Keep-alive connections of their own: a long upload never waits behind other requests to Zenodo. */
  readonly agent: Agent
  readonly userAgent: string
  /** How long the body of an answer may take once its head is there. */
  readonly answerMs: number
}

type Body = Dispatcher.ResponseData['body']

const longestAnswer = 64 * 1024

/**
 * Sends the blocks and returns the answer, whatever its status. An answer that comes while blocks are still wanted
 * ends the sending. An error of the blocks cuts the connection, so that the file never becomes whole there, and is
 * thrown as it is. @throws Failure `zenodo_unavailable` when there was no answer.
 */
export async function putStream(
  puts: Puts,
  put: { readonly target: UploadTarget; readonly blocks: AsyncIterable<Uint8Array>; readonly path: string },
  signal: AbortSignal,
): Promise<UploadAnswer> {
  const broken: { error?: unknown } = {}
  const blocks = considerate(put.blocks, broken)
  try {
    const answer = await abortable(ask(puts, put.target, { blocks, signal }), signal)
    const { statusCode: status, headers } = answer
    return { status, headers, body: await readAnswer(answer.body, status, puts.answerMs) }
  } catch (error) {
    if ('error' in broken) throw broken.error
    throw unanswered(put.path, error)
  }
}

function ask(puts: Puts, target: UploadTarget, by: { blocks: AsyncIterable<Uint8Array>; signal: AbortSignal }) {
  const url = new URL(target.url)
  const headers = Object.entries(target.headers).map(([name, value]) => [name.toLowerCase(), value])
  return puts.agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'PUT',
    headers: { 'user-agent': puts.userAgent, ...Object.fromEntries(headers) },
    // the client takes any async iterable, its types name the stream only
    body: by.blocks as unknown as Readable,
    signal: by.signal,
    // lack of progress is watched for the whole transfer: see stall-watch
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/**
 * The blocks, each after the event loop has looked at the sockets once more, so that an answer that has arrived is
 * read before we write again: writing into a connection that the other side has reset loses the answer that came
 * before the reset. Two turns, as the first may begin after that look.
 */
async function* considerate(
  blocks: AsyncIterable<Uint8Array>,
  broken: { error?: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    for await (const block of blocks) {
      await eventLoopTurn()
      await eventLoopTurn()
      yield block
    }
  } catch (error) {
    broken.error = error
    throw error
  }
}

/** A refusal is understood by its status, so as much of its text as comes will do. A success must be whole. */
async function readAnswer(body: Body, status: number, withinMs: number): Promise<string> {
  const timer = setTimeout(() => body.destroy(), withinMs)
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of body) {
      parts.push(part)
      length += part.length
      if (length >= longestAnswer) break
    }
  } catch (error) {
    if (status < 400) throw error
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(parts).toString('utf8')
}

function unanswered(path: string, cause: unknown): Failure {
  const reason = shortName(cause)
  if (reason === 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH') {
    const message = `The upload of "${path}" was announced with another length than the file has.`
    return new Failure('internal_error', message, { cause, details: { path } })
  }
  return new Failure('zenodo_unavailable', `Zenodo cut the upload of "${path}" without an answer (${reason}).`, {
    cause,
    details: { path, ambiguous: true },
  })
}
