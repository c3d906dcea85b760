/** How is a connection opened, read from and cut? Its bytes come into the receiver's room, or by way of one buffer that is made once. */
import { connect as connectTcp, isIP, type LookupFunction } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Who hears of what a connection brings. */
export interface Receiver {
  /** Where the next bytes should be put. Null: into memory of the connection's own. */
  room(): Buffer | null
  /** The bytes lie in the room that was given, or are overwritten after the call. @returns false when no more should come for now. */
  take(bytes: Buffer): boolean
  /** Nothing more comes. Told once, to who receives at that time. */
  ended(reason: unknown): void
}

export interface Connection {
  readonly origin: string
  /** Resolves when it stands, certificate and all; rejects when it never did. */
  readonly ready: Promise<void>
  /** Whether something may still come of it. */
  readonly isOpen: () => boolean
  /** From now on somebody else receives; who comes too late hears at once of the end. */
  handTo(receiver: Receiver): void
  /** Settled once the socket is gone. */
  readonly closed: Promise<void>
  send(text: string): void
  /** After a `take` that answered false. */
  resume(): void
  /** Ends it now; the receiver hears of the reason. */
  cut(reason: unknown): void
  /** The signal whose abort cuts it. Null: nobody waits for it, and the process need not live for it. */
  follow(signal: AbortSignal | null): void
}

export interface ConnectSettings {
  /** Resolves and judges host names; the system's when left out. */
  readonly lookup?: LookupFunction
  /** For the connection and the TLS handshake together. */
  readonly connectMs: number
}

interface TlsSessions {
  get(origin: string): Buffer | undefined
  set(origin: string, session: Buffer): unknown
}

/**
 * For what comes while nobody has given room: heads, and the first bytes after a pause. Small beside a slot, so that nearly all of a
 * file is read straight into its slots: copying there once more cost a tenth of all CPU time of a large file. TLS hands over 16 KiB at a time.
 */
const bufferBytes = 64 * 1024
const tcpKeepAliveMs = 60_000

type Socket = ReturnType<typeof connectTcp>

/** Begins to open a connection. */
export function startConnection(
  url: URL,
  { lookup, connectMs, sessions }: ConnectSettings & { readonly sessions: TlsSessions },
): Connection {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>()
  const own = Buffer.allocUnsafeSlow(bufferBytes)
  // asked for room before there is anything else of it
  let receiving: Pick<Receiver, 'room' | 'take'> = { room: () => null, take: () => true }
  const onread = {
    buffer: () => receiving.room() ?? own,
    callback: (length: number, buffer: Uint8Array) => receiving.take((buffer as Buffer).subarray(0, length)),
  }
  const socket = openSocket(url, { onread, ...(lookup && { lookup }) }, sessions)
  const timer = setTimeout(() => connection.cut(codedError('ETIMEDOUT', 'No connection in time')), connectMs)
  const ended = (reason: unknown) => {
    clearTimeout(timer)
    reject(reason)
  }
  const wrapped = wrap(socket, { origin: url.origin, ready }, { room: () => null, take: () => true, ended })
  const { connection } = wrapped
  receiving = wrapped
  socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer)
    // flowing, so that the end is noticed
    socket.resume()
    resolve()
  })
  return connection
}

export function codedError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

type SocketOptions = Pick<ConnectSettings, 'lookup'> & {
  readonly onread: { readonly buffer: () => Buffer; readonly callback: (length: number, buffer: Uint8Array) => boolean }
}

function openSocket(url: URL, options: SocketOptions, sessions: TlsSessions): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'https:') return connectTcp({ ...options, host, port: Number(url.port || 80) })
  const session = sessions.get(url.origin)
  const tls = {
    ...options,
    host,
    port: Number(url.port || 443),
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 && { servername: host }),
    ...(session && { session }),
  }
  // told only after the certificate has been verified
  return connectTls(tls).on('session', (resumable) => sessions.set(url.origin, resumable))
}

/** A socket as a connection, and where its bytes go in. */
function wrap(socket: Socket, known: Pick<Connection, 'origin' | 'ready'>, first: Receiver) {
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  let receiver = first
  let followed: AbortSignal | null = null
  let over: { readonly reason: unknown } | null = null
  const onAbort = () => connection.cut(followed?.reason)
  const end = (reason: unknown) => {
    if (over !== null) return
    over = { reason }
    followed?.removeEventListener('abort', onAbort)
    receiver.ended(reason)
  }
  const connection: Connection = {
    ...known,
    closed,
    isOpen: () => over === null,
    handTo: (next) => {
      receiver = next
      if (over !== null) next.ended(over.reason)
    },
    send: (text) => void socket.write(text, 'latin1'),
    resume: () => void socket.resume(),
    cut: (reason) => {
      end(reason)
      socket.destroy()
    },
    follow: (signal) => {
      followed?.removeEventListener('abort', onAbort)
      followed = signal
      if (signal === null) socket.unref()
      else socket.ref()
      signal?.addEventListener('abort', onAbort, { once: true })
      if (signal?.aborted) onAbort()
    },
  }
  socket.setNoDelay(true).setKeepAlive(true, tcpKeepAliveMs)
  socket.on('error', end)
  socket.on('end', () => connection.cut(codedError('ERR_CONNECTION_ENDED', 'The other side ended the connection')))
  socket.on('close', () => {
    end(codedError('ERR_CONNECTION_ENDED', 'The connection is closed'))
    onClosed()
  })
  return { connection, room: () => receiver.room(), take: (bytes: Buffer) => receiver.take(bytes) }
}
