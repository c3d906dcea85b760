/**
 * A process of its own that takes files as Zenodo's buckets do: `PUT /bucket/<name>`. Told an md5, it drops the bytes and
 * answers that one, so that the receiver costs the machine next to nothing; else it hashes what comes.
 * `GET /received` tells what has come since it was last asked. HTTP by hand: a server library would take the time of a client.
 */
import { createHash, type Hash } from 'node:crypto'
import type { Socket } from 'node:net'
import { type Identity, listen } from './loopback-server.ts'

export interface SinkSettings {
  /** Hex, answered for every file; null: hash them. */
  readonly md5: string | null
  /** Before each answer to a PUT. */
  readonly latencyMs: number
  readonly identity: Identity | null
}

const { md5: given, latencyMs, identity } = JSON.parse(process.argv[2] ?? '') as SinkSettings
let received = { files: 0, bytes: 0, md5s: [] as string[] }

interface Put {
  readonly name: string
  readonly size: number
  readonly hash: Hash | null
  left: number
}

listen(identity, receiver)

/** Takes what comes on one connection, request after request. */
function receiver(socket: Socket): (chunk: Buffer) => void {
  let head = Buffer.alloc(0)
  let put: Put | null = null
  return (chunk) => {
    let rest: Buffer | null = chunk
    while (rest !== null && rest.length > 0) {
      if (put === null) {
        head = Buffer.concat([head, rest])
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        put = begin(socket, head.subarray(0, end).toString('latin1'))
        rest = head.subarray(end + 4)
        head = Buffer.alloc(0)
        if (put === null) return
      }
      rest = take(put, rest)
      if (put.left > 0) return
      const stored = finish(put)
      if (latencyMs === 0) answer(socket, '201 Created', stored)
      else setTimeout(() => answer(socket, '201 Created', stored), latencyMs)
      put = null
    }
  }
}

function begin(socket: Socket, head: string): Put | null {
  const [method, path = ''] = head.split(' ')
  if (method === 'GET' && path === '/received') {
    answer(socket, '200 OK', received)
    received = { files: 0, bytes: 0, md5s: [] }
    return null
  }
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (method !== 'PUT' || length === undefined) {
    answer(socket, '411 Length Required', { status: 411, message: 'PUT with a Content-Length, please' })
    socket.end()
    return null
  }
  if (/\r\nexpect: *100-continue/i.test(head)) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
  const size = Number(length)
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    size,
    left: size,
    hash: given === null ? createHash('md5') : null,
  }
}

/** @returns what came after the end of the file, or null. */
function take(put: Put, chunk: Buffer): Buffer | null {
  const mine = chunk.length > put.left ? chunk.subarray(0, put.left) : chunk
  put.hash?.update(mine)
  put.left -= mine.length
  return mine.length < chunk.length ? chunk.subarray(mine.length) : null
}

function finish(put: Put): object {
  const md5 = put.hash?.digest('hex') ?? given ?? ''
  received.files += 1
  received.bytes += put.size
  received.md5s.push(md5)
  return { key: put.name, size: put.size, checksum: `md5:${md5}` }
}

function answer(socket: Socket, status: string, content: object): void {
  const body = JSON.stringify(content)
  const type = 'Content-Type: application/json'
  socket.write(`HTTP/1.1 ${status}\r\n${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
