/**
 * Over which connections do files go to Zenodo, and how does one end so that nothing of it arrives later?
 *
 * A connection that is closed goes on for as long as the system still holds bytes of it: megabytes, and over a line that
 * swallows them for minutes. By then another host may be at work on the same deposition. One that is reset takes them along.
 */
import { type AgentOptions, type ClientRequest, Agent as PlainAgent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export interface PutAgents {
  readonly http: PlainAgent
  readonly https: TlsAgent
}

/** Kept open for the next file. */
export function createPutAgents(options: AgentOptions): PutAgents {
  return { http: new PlainAgent(options), https: new ResettableTlsAgent(options) }
}

/** What TLS goes over: its own sockets cannot be reset. */
const carriers = new WeakMap<Duplex, Socket>()

class ResettableTlsAgent extends TlsAgent {
  override createConnection(...[options, done]: Parameters<TlsAgent['createConnection']>) {
    const { host, port } = options as { host: string; port: number }
    const carrier = connect({ ...options, host, port })
    const socket = super.createConnection({ ...options, socket: carrier } as typeof options, done)
    if (socket) carriers.set(socket, carrier)
    return socket
  }
}

/** Ends the request and its connection, and drops what the system has not sent yet. */
export function cutShort(request: ClientRequest, reason?: Error): void {
  const { socket } = request
  if (socket !== null) (carriers.get(socket) ?? socket).resetAndDestroy()
  request.destroy(reason)
}
