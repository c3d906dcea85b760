/** What carries a connection on to another place? A server that is still to be told where to listen. */
import { createConnection, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net'

/** Ends of one side are ends of the other. */
export function relay(to: NetConnectOpts): Server {
  return createServer((from) => {
    const target = createConnection(to)
    join(from, target)
    join(target, from)
  })
}

function join(one: Socket, other: Socket): void {
  one.on('error', () => undefined)
  one.on('close', () => other.destroy())
  one.pipe(other)
}
