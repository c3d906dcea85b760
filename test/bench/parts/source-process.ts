/**
 * A process of its own that serves files from memory: `GET /<size>/<any name>`. HTTP by hand and the same large blocks for
 * every file: a server library would take the time of a client.
 */
import type { Socket } from 'node:net'
import { partsOf } from './content.ts'
import { type Identity, listen } from './loopback-server.ts'

export interface SourceSettings {
  /** Before each answer. */
  readonly latencyMs: number
  readonly identity: Identity | null
}

const { latencyMs, identity } = JSON.parse(process.argv[2] ?? '') as SourceSettings

listen(identity, (socket) => {
  let head = ''
  return (chunk) => {
    head += chunk.toString('latin1')
    if (!head.endsWith('\r\n\r\n')) return
    const size = /^GET \/(\d+)\//.exec(head)?.[1]
    head = ''
    if (latencyMs === 0) answer(socket, size)
    else setTimeout(() => answer(socket, size), latencyMs)
  }
})

function answer(socket: Socket, size: string | undefined): void {
  if (size === undefined) {
    socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    return
  }
  const type = 'Content-Type: application/octet-stream'
  socket.write(`HTTP/1.1 200 OK\r\n${type}\r\nContent-Length: ${size}\r\n\r\n`)
  const parts = partsOf(Number(size))
  const next = () => {
    const { value } = parts.next()
    // a client that goes away before the end ends this answer only
    if (value !== undefined && !socket.destroyed) socket.write(value, next)
  }
  next()
}
