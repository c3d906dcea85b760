/** How does a server behave whose answer never ends? */
import type { Socket } from 'node:net'

/** Sends as fast as it is taken, until the other side has enough. */
export function pour(socket: Socket, start: string, part: string | Buffer): void {
  socket.write(start)
  const go = () => {
    while (socket.writable && socket.write(part));
  }
  socket.on('drain', go)
  go()
}

/** A piece every few milliseconds, so that something always comes. */
export function drip(socket: Socket, start: string, part: string): void {
  socket.write(start)
  const timer = setInterval(() => socket.write(part), 20)
  socket.on('close', () => clearInterval(timer))
}
