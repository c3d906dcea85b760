/**
 * How do source and sink listen? TCP or TLS on loopback; TCP is read into one buffer that all connections share: allocating
 * for every read would cost as much again as the read itself.
 */
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, Socket, type SocketConstructorOpts } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'

/** Files with a certificate and its key in PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

/** Given a connection, what takes its bytes. */
type Receiver = (socket: Socket) => (chunk: Buffer) => void

const buffer = Buffer.allocUnsafe(256 * 1024)

/** Says its address in a line of JSON.  */
export function listen(identity: Identity | null, receiver: Receiver): void {
  const secureContext = identity === null ? null : createSecureContext(read(identity))
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
    const socket =
      secureContext === null ? plain(accepted, receiver) : new TLSSocket(accepted, { isServer: true, secureContext })
    socket.on('error', () => socket.destroy())
    // TLS comes in records of 16 KiB, and Node.js lets only clients say where to
    if (secureContext !== null) socket.on('data', receiver(socket))
    socket.resume()
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo
    process.stdout.write(`${JSON.stringify({ url: `${identity === null ? 'http' : 'https'}://127.0.0.1:${port}` })}\n`)
  })
}

function read({ cert, key }: Identity) {
  return { cert: readFileSync(cert), key: readFileSync(key) }
}

/** A socket that a server made cannot be told where to read into, so another one is put around its handle. */
function plain(accepted: Socket, receiver: Receiver): Socket {
  const { _handle: handle } = accepted as Socket & { _handle: unknown }
  Object.assign(accepted, { _handle: null })
  const callback = (count: number) => {
    receive(buffer.subarray(0, count))
    return true
  }
  const socket = new Socket({ handle, onread: { buffer, callback } } as SocketConstructorOpts)
  const receive = receiver(socket)
  return socket
}
