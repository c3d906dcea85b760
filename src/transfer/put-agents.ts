/**
 * Over which connections do files go to Zenodo, and how does one end so that nothing of it arrives later?
 *
 * A connection that is closed goes on for as long as the system still holds bytes of it: megabytes, and over a line that
 * swallows them for minutes. By then another host may be at work on the same deposition. One that is reset takes them along.
 */
import { type AgentOptions, type ClientRequest, Agent as PlainAgent, type RequestOptions } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { codedError } from './plain-connection.ts'

export interface PutAgents {
  readonly http: PlainAgent
  readonly https: TlsAgent
}

/**
 * Kept open for the next file. A request gets a connection that stands, certificate and all, so that nothing of it is
 * written at a moment that nobody chose. @param connectMs for a connection, and for TLS over it, each
 */
export function createPutAgents(options: AgentOptions, connectMs: number): PutAgents {
  return { http: new ResettableAgent(options, connectMs), https: new ResettableTlsAgent(options, connectMs) }
}

/** What a request over these agents is made with. */
export interface PutOptions extends RequestOptions {
  /** Ends the making of its connection: until a request has one, it cannot be destroyed. */
  readonly stop: AbortSignal
}

type Opening = PutOptions & { readonly host: string; readonly port: number }

/** What TLS goes over: its own sockets cannot be reset. */
const carriers = new WeakMap<Duplex, Socket>()

class ResettableAgent extends PlainAgent {
  readonly #connectMs: number

  constructor(options: AgentOptions, connectMs: number) {
    super(options)
    this.#connectMs = connectMs
  }

  override createConnection(...[options, done]: Parameters<PlainAgent['createConnection']>): undefined {
    openCarrier(options as Opening, this.#connectMs, done as Told)
  }
}

class ResettableTlsAgent extends TlsAgent {
  readonly #connectMs: number

  constructor(options: AgentOptions, connectMs: number) {
    super(options)
    this.#connectMs = connectMs
  }

  override createConnection(...[options, done]: Parameters<TlsAgent['createConnection']>): undefined {
    const told = done as Told
    // not before it stands: a carrier that tries the next address of a host has another handle then, and TLS over the one
    // that is gone ends the whole process (SIGSEGV, measured with Node 24.21)
    openCarrier(options as Opening, this.#connectMs, (error, carrier) => {
      if (carrier === undefined) return told(error)
      const socket = super.createConnection({ ...options, socket: carrier } as typeof options)
      if (!socket) return
      carriers.set(socket, carrier)
      onceOpen(socket, { ms: this.#connectMs, stop: (options as Opening).stop }, 'secureConnect', told)
    })
  }
}

type Told<T extends Duplex = Duplex> = (error: Error | null, socket?: T) => void

function openCarrier(options: Opening, ms: number, told: Told<Socket>): void {
  onceOpen(connect(options), { ms, stop: options.stop }, 'connect', told)
}

/** Tells once, of a socket that stands or of why there is none. */
function onceOpen<T extends Duplex>(
  socket: T,
  { ms, stop }: { readonly ms: number; readonly stop: AbortSignal },
  opened: 'connect' | 'secureConnect',
  told: Told<T>,
): void {
  const timer = setTimeout(() => socket.destroy(codedError('ETIMEDOUT', 'The connection took too long.')), ms)
  const onStop = () => socket.destroy(stop.reason)
  const end: Told<T> = (...what) => {
    clearTimeout(timer)
    stop.removeEventListener('abort', onStop)
    for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener)
    told(...what)
  }
  const listeners = {
    [opened]: () => end(null, socket),
    error: (error: Error) => end(error),
    close: () => end(codedError('ERR_CONNECTION_ENDED', 'The connection ended before it stood.')),
  }
  stop.addEventListener('abort', onStop, { once: true })
  for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener)
}

/** Ends the request and its connection, and drops what the system has not sent yet. */
export function cutShort(request: ClientRequest, reason?: Error): void {
  const { socket } = request
  // of a request that is through the connection may be at work on the next file
  if (socket !== null && !request.destroyed) (carriers.get(socket) ?? socket).resetAndDestroy()
  request.destroy(reason)
}
