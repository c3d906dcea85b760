/** Who answers with any bytes whatever? A server that reads a request, sends what it is told, and ends the connection. */
import { createServer, type Socket } from 'node:net'

export interface RawServer {
  readonly url: string
  /** Asked for the bytes of each answer. */
  answer(next: () => Buffer): void
  close(): Promise<void>
}

export async function createRawServer(): Promise<RawServer> {
  let next: () => Buffer = () => Buffer.alloc(0)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.once('data', () => socket.resume().end(next()))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    answer: (bytes) => {
      next = bytes
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
