/** What kind of server do the tests of connections need? One that is told how often it has been asked, and over what. */
import type { Socket } from 'node:net'
import { expect } from 'vitest'
import { serveRaw } from '../transfer/setup.ts'

/** The head of an answer of three bytes. */
export const ok = (...lines: string[]) => `${['HTTP/1.1 200 OK', 'Content-Length: 3', ...lines].join('\r\n')}\r\n\r\n`
export const whole = expect.objectContaining({ status: 200, body: 'abc' })

/** A server that is told of each request with its number, from 1, and of the number of its connection. */
export async function serving(respond: (socket: Socket, at: { request: number; connection: number }) => unknown) {
  const counts = { requests: 0, connections: 0 }
  const sockets: Socket[] = []
  const origin = await serveRaw((socket) => {
    sockets.push(socket)
    counts.connections += 1
    const connection = counts.connections
    socket.on('data', () => {
      counts.requests += 1
      respond(socket, { request: counts.requests, connection })
    })
  })
  return { origin, counts, sockets }
}

export const ended = (socket: Socket | undefined) =>
  new Promise<void>((resolve) => (socket === undefined || socket.closed ? resolve() : socket.on('close', resolve)))
