/** What do the transfer tests need? A transfer with short times, servers that close themselves, and a plain target. */

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { UploadAnswer, UploadTarget } from '../../src/replication/ports/depositions.ts'
import type { SourceFile, TransferOptions } from '../../src/replication/ports/file-transfer.ts'
import type { FileRetryEvent } from '../../src/transfer/file-attempts.ts'
import { createTransfer, type TransferSettings } from '../../src/transfer/transfer.ts'

export const md5Of = (bytes: Uint8Array | string) => createHash('md5').update(bytes).digest('hex')
export const sha256Of = (bytes: Uint8Array | string) => `sha-256:${createHash('sha256').update(bytes).digest('hex')}`

/** A transfer that tries once, unless told otherwise, and the events it emits. */
export function setup(changes: Partial<TransferSettings> = {}) {
  const events: FileRetryEvent[] = []
  const transfer = createTransfer({
    fileRoots: [],
    allowPrivateAddresses: true,
    stallMs: 5000,
    fileAttempts: 1,
    retryBaseMs: 5,
    userAgent: 'transfer-test/1.0',
    emit: (event) => events.push(event),
    ...changes,
  })
  onTestFinished(() => transfer.close())
  return { transfer, events }
}

/** Options that record progress. */
export function options(changes: Partial<TransferOptions> = {}) {
  const progress: number[] = []
  const signal = new AbortController().signal
  return { signal, onProgress: (bytes: number) => void progress.push(bytes), guard: () => {}, ...changes, progress }
}

export function sourceFile(changes: Partial<SourceFile> & { readonly source: string }): SourceFile {
  return { path: 'table.csv', size: 0, checksum: null, fileRoot: null, ...changes }
}

/** An HTTP server on a free port. @returns its origin. */
export async function serve(handler: RequestListener, onConnection?: (socket: Socket) => void): Promise<string> {
  const server = createServer(handler)
  if (onConnection) server.on('connection', onConnection)
  onTestFinished(() => {
    server.closeAllConnections()
    return closed(server)
  })
  return listen(server)
}

/** A bare TCP server, for what no HTTP library would do. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createRawServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    return closed(server)
  })
  return listen(server)
}

/** Serves the same bytes for each GET, with a Content-Length. */
export function serveBytes(bytes: Uint8Array | string, headers: Record<string, string> = {}): Promise<string> {
  return serve((_, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(bytes), ...headers }).end(bytes)
  })
}

export interface Put {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** Whether all of the announced bytes came. */
  readonly isWhole: boolean
}

/** A receiver that answers as Zenodo's bucket does: 201 with size and checksum. `ended`: all connections have ended. */
export async function startSink(answer: (put: Put, response: ServerResponse, count: number) => void = confirm) {
  const puts: Put[] = []
  const ends: Promise<void>[] = []
  const onConnection = (socket: Socket) => {
    // not events.once: a cut connection raises an error first
    ends.push(new Promise((resolve) => socket.on('close', () => resolve())))
  }
  const url = await serve((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('error', () => {})
    request.on('close', () => {
      const { method = '', url = '', headers } = request
      const put = { method, url, headers, body: Buffer.concat(parts), isWhole: request.complete }
      puts.push(put)
      if (put.isWhole) answer(put, response, puts.length)
    })
  }, onConnection)
  return { url, puts, connections: () => ends.length, ended: () => Promise.all(ends) }
}

export function confirm(put: Put, response: ServerResponse): void {
  const answer = { key: 'table.csv', size: put.body.length, checksum: `md5:${md5Of(put.body)}` }
  response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}

/** A target as the Zenodo client makes them, in short. */
export function targetAt(origin: string, size: number): UploadTarget & { readonly admissions: () => number } {
  let admissions = 0
  return {
    url: `${origin}/api/files/bucket/table.csv`,
    headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': `${size}`, Authorization: 'Bearer t' },
    admit: async () => {
      admissions += 1
    },
    accept: acceptAnswer,
    admissions: () => admissions,
  }
}

async function acceptAnswer(answer: UploadAnswer): Promise<{ size: number; md5: string }> {
  if (answer.status === 201) {
    const { size, checksum } = JSON.parse(answer.body) as { size: number; checksum: string }
    return { size, md5: checksum.slice('md5:'.length) }
  }
  const details = { status: answer.status, body: answer.body }
  if (answer.status === 403) throw new Failure('zenodo_forbidden', 'forbidden', { details })
  if (answer.status < 500) throw new Failure('zenodo_refused_file', 'refused', { details })
  throw new Failure('zenodo_unavailable', 'unavailable', { details })
}

/** The failure of something that must fail. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('It did not fail.')
}

async function listen(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  await promise
}
