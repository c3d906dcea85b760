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

/** Kept open for the next file. @param connectMs for a connection, and for TLS over it, each */
export function createPutAgents(options: AgentOptions, connectMs: number): PutAgents {
  return { http: new LimitedAgent(options, connectMs), https: new ResettableTlsAgent(options, connectMs) }
}

/** What a request over these agents is made with. */
export interface PutOptions extends RequestOptions {
  /** Ends the making of its connection: until a request has one, it cannot be destroyed. */
  readonly stop: AbortSignal
}

/** What TLS goes over: its own sockets cannot be reset. */
const carriers = new WeakMap<Duplex, Socket>()

class LimitedAgent extends PlainAgent {
  readonly #connectMs: number

  constructor(options: AgentOptions, connectMs: number) {
    super(options)
    this.#connectMs = connectMs
  }

  override createConnection(...given: Parameters<PlainAgent['createConnection']>) {
    const socket = super.createConnection(...given)
    if (socket) limitOpening(socket, 'connect', this.#connectMs)
    return socket
  }
}

class ResettableTlsAgent extends TlsAgent {
  readonly #connectMs: number

  constructor(options: AgentOptions, connectMs: number) {
    super(options)
    this.#connectMs = connectMs
  }

  override createConnection(...[options, done]: Parameters<TlsAgent['createConnection']>): undefined {
    const { host, port, stop } = options as PutOptions & { readonly host: string; readonly port: number }
    const carrier = connect({ ...options, host, port })
    const onStop = () => carrier.destroy(stop.reason)
    stop.addEventListener('abort', onStop, { once: true })
    limitOpening(carrier, 'connect', this.#connectMs)
    // only the first call counts
    const told = done as (error: Error | null, socket?: Duplex) => void
    carrier.on('error', told)
    // not before it stands: a carrier that tries the next address of a host has another handle then, and TLS over the one
    // that is gone ends the whole process (SIGSEGV, measured with Node 24.21)
    carrier.once('connect', () => {
      stop.removeEventListener('abort', onStop)
      const socket = super.createConnection({ ...options, socket: carrier } as typeof options)
      if (!socket) return
      carriers.set(socket, carrier)
      limitOpening(socket, 'secureConnect', this.#connectMs)
      told(null, socket)
    })
  }
}

function limitOpening(socket: Duplex, opened: 'connect' | 'secureConnect', ms: number): void {
  const timer = setTimeout(() => socket.destroy(codedError('ETIMEDOUT', 'The connection took too long.')), ms)
  for (const event of [opened, 'close']) socket.once(event, () => clearTimeout(timer))
}

/** Ends the request and its connection, and drops what the system has not sent yet. */
export function cutShort(request: ClientRequest, reason?: Error): void {
  const { socket } = request
  // of a request that is through the connection may be at work on the next file
  if (socket !== null && !request.destroyed) (carriers.get(socket) ?? socket).resetAndDestroy()
  request.destroy(reason)
}
