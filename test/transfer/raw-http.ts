/** What is needed to answer HTTP by hand, as no library would? */
import { serveRaw } from './setup.ts'

export const block = Buffer.alloc(64 * 1024, 'x')
export const head = (length: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`
export const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

export function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

/** A source that never ends by itself: sends blocks as fast as they are taken. */
export function endless(length: number, onClose: () => void = () => {}): Promise<string> {
  return serveRaw((socket) => {
    socket.on('close', onClose)
    socket.once('data', () => {
      socket.write(head(length))
      const pump = () => {
        while (socket.writable && socket.write(block));
      }
      socket.on('drain', pump)
      pump()
    })
  })
}
