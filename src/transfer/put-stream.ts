/** How do blocks become one PUT of known length, and what was the answer, even when it came early? */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { Failure } from '../core/failure.ts'
import type { UploadAnswer, UploadTarget } from '../replication/ports/depositions.ts'
import { cutShort, type PutAgents, type PutOptions } from './put-agents.ts'
import { shortName } from './source-checks.ts'

export interface Puts {
  /** Keep-alive connections of their own: a long upload never waits behind other requests to Zenodo. */
  readonly agents: PutAgents
  readonly userAgent: string
  /** How long the body of an answer may take once its head is there. */
  readonly answerMs: number
}

const longestAnswer = 64 * 1024

export interface Put {
  readonly target: UploadTarget
  readonly blocks: AsyncIterable<Uint8Array>
  readonly path: string
  /** Asked right before each writing; what it throws ends the PUT. */
  readonly guard: () => void
}

/**
 * Sends the blocks and returns the answer, whatever its status. The next block is asked for once the system has taken
 * the one before, so that its memory can be used again: this is why Node's own client sends, which tells when that is.
 * An answer that comes while blocks are still wanted ends the sending. An error of the blocks cuts the connection, so
 * that the file never becomes whole there, and is thrown as it is. @throws Failure `zenodo_unavailable` when there was no answer.
 */
export async function putStream(puts: Puts, put: Put, signal: AbortSignal): Promise<UploadAnswer> {
  signal.throwIfAborted()
  const request = open(puts, put.target, signal)
  const onAbort = () => cutShort(request, signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const answering = answerTo(request)
  try {
    await send(request, put, answering)
    const answer = await answering.promise
    const { statusCode: status = 0, headers } = answer
    return { status, headers, body: await readAnswer(answer, status, puts.answerMs) }
  } catch (error) {
    if (error instanceof Broken) throw unanswered(put.path, error.cause)
    throw shortName(error) === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH' ? misannounced(put.path, error) : error
  } finally {
    signal.removeEventListener('abort', onAbort)
    // kept for the next file only when both sides are through with this one
    if (!(request.writableFinished && answering.isComplete())) cutShort(request)
  }
}

/** The connection failed, not what is sent through it. */
class Broken extends Error {
  constructor(cause: unknown) {
    super('The connection broke.', { cause })
  }
}

function open({ agents, userAgent }: Puts, target: UploadTarget, stop: AbortSignal): ClientRequest {
  const url = new URL(target.url)
  const headers = { 'user-agent': userAgent, ...target.headers }
  const options: PutOptions = { method: 'PUT', headers, stop }
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: agents.https })
      : httpRequest(url, { ...options, agent: agents.http })
  // a length that is not that of the file is our mistake; unnoticed it would leave the other side waiting
  Object.assign(request, { strictContentLength: true })
  return request
}

interface Answering {
  /** The head of the answer. @throws Broken */
  readonly promise: Promise<IncomingMessage>
  /** Whether the answer is there, or will never be. */
  settled: boolean
  /** Called when that is so. One for all blocks: a promise that each block waits for would remember all of them. */
  onSettled: () => void
  isComplete(): boolean
}

function answerTo(request: ClientRequest): Answering {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  let answer: IncomingMessage | null = null
  const answering: Answering = {
    promise,
    settled: false,
    onSettled: () => {},
    isComplete: () => answer?.complete === true,
  }
  const settle = () => {
    answering.settled = true
    answering.onSettled()
  }
  promise.catch(() => {})
  request.on('response', (message) => {
    answer = message
    resolve(message)
    settle()
  })
  request.on('error', (error) => reject(new Broken(error)))
  request.on('close', () => {
    if (!answering.settled) reject(new Broken(new Error('The connection ended without an answer.')))
    settle()
  })
  return answering
}

/** Stops as soon as there is an answer, unless all has been sent. */
async function send(request: ClientRequest, { blocks, guard }: Put, answering: Answering): Promise<void> {
  let isBegun = false
  for await (const block of blocks) {
    if (!(await mayWrite(request, answering))) return
    guard()
    isBegun = true
    if (!(await isTaken(request, block, answering))) return
  }
  // a file without bytes has only the head of its request
  if (!isBegun) {
    if (!(await mayWrite(request, answering))) return
    guard()
  }
  request.end()
}

/** @returns once what is written would go out at once; false when nobody wants it any more */
async function mayWrite(request: ClientRequest, answering: Answering): Promise<boolean> {
  // without a connection it would be kept, and go out whenever that stands, whoever leads by then
  if (request.socket === null && !answering.settled) {
    const { promise, resolve } = Promise.withResolvers<void>()
    answering.onSettled = resolve
    request.once('socket', () => resolve())
    await promise
  }
  // The event loop looks at the sockets once more, so that an answer that has arrived is read before we write again:
  // writing into a connection that the other side has reset loses the answer that came before the reset. Two turns,
  // as the first may begin after that look.
  await twoTurns()
  return !answering.settled
}

async function twoTurns(): Promise<void> {
  await eventLoopTurn()
  await eventLoopTurn()
}

/** @returns once the system has the block; false when nobody wants it any more, and its memory may still be in use. */
async function isTaken(request: ClientRequest, block: Uint8Array, answering: Answering): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean | Error>()
  // an answer to all of the file may be heard before the system says that it has taken the last of it
  answering.onSettled = () => void twoTurns().then(() => resolve(false))
  request.write(block, (error) => resolve(error ?? true))
  const taken = await promise
  if (typeof taken === 'boolean') return taken
  // what broke the connection is told by the request itself, after an answer that may have come before
  await answering.promise
  return false
}

/** A refusal is understood by its status, so as much of its text as comes will do. A success must be whole. */
async function readAnswer(answer: IncomingMessage, status: number, withinMs: number): Promise<string> {
  const timer = setTimeout(() => answer.destroy(), withinMs)
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of answer) {
      parts.push(part)
      length += part.length
      if (length >= longestAnswer) break
    }
  } catch (error) {
    if (status < 400) throw new Broken(error)
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(parts).toString('utf8')
}

function unanswered(path: string, cause: unknown): Failure {
  const text = `Zenodo cut the upload of "${path}" without an answer (${shortName(cause)}).`
  return new Failure('zenodo_unavailable', text, { cause, details: { path, ambiguous: true } })
}

function misannounced(path: string, cause: unknown): Failure {
  const text = `The upload of "${path}" was announced with another length than the file has.`
  return new Failure('internal_error', text, { cause, details: { path } })
}
