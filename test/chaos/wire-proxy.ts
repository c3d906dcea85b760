/** What do the proxies between a worker and the systems it speaks to have in common? */
import { once } from 'node:events'
import type { AddressInfo, Server } from 'node:net'
import type { Journal } from './journal.ts'
import type { Point } from './points.ts'

/** Asked at every point. `cut` ends the connection there: what comes after never happens. */
export type Gate = (point: Point, worker: number) => Promise<'pass' | 'cut'>

export interface ProxyPorts {
  /** The process that is behind the proxy now. */
  readonly worker: () => number
  readonly gate: Gate
  readonly journal: Journal
}

export interface WireProxy {
  readonly port: number
  close(): Promise<void>
}

/** On a free port of this machine alone. @returns the port */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
