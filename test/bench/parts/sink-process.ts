/**
 * A process of its own that takes files as Zenodo's buckets do: `PUT /bucket/<name>`. `discard <md5>` drops the bytes and
 * answers that checksum, so that the receiver costs the machine next to nothing; `md5` hashes what came.
 * `GET /received` tells what has come since it was last asked. HTTP by hand: a server library would take the time of a client.
 */
import { createHash, type Hash } from 'node:crypto'
import { type AddressInfo, createServer, Socket, type SocketConstructorOpts } from 'node:net'

const [mode, given = ''] = process.argv.slice(2)
let received = { files: 0, bytes: 0, md5s: [] as string[] }

interface Put {
  readonly name: string
  readonly size: number
  readonly hash: Hash | null
  left: number
}

/** All connections read into one buffer: each read is dealt with before the next. Allocating for each costs as much again. */
const buffer = Buffer.allocUnsafe(256 * 1024)

const server = createServer({ noDelay: true, pauseOnConnect: true }, (accepted) => {
  // a socket that a server made cannot be told where to read into, so another one is put around its handle
  const { _handle: handle } = accepted as Socket & { _handle: unknown }
  Object.assign(accepted, { _handle: null })
  const read = (count: number) => {
    receive(buffer.subarray(0, count))
    return true
  }
  const socket = new Socket({ handle, onread: { buffer, callback: read } } as SocketConstructorOpts)
  const receive = receiver(socket)
  socket.on('error', () => socket.destroy())
  socket.resume()
})

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
      answer(socket, '201 Created', finish(put))
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
    hash: mode === 'md5' ? createHash('md5') : null,
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
  const md5 = put.hash?.digest('hex') ?? given
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

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
