/** Which connections are there, and which one may serve the next request? */
import { setImmediate as eventLoopTurn } from 'node:timers/promises'
import { type Connection, type ConnectSettings, codedError, startConnection } from './plain-connection.ts'

export interface PlainConnections {
  /** A new one, once it stands. */
  open(url: URL, signal: AbortSignal): Promise<Connection>
  /** One that has served before, quiet until now; null when there is none. */
  reuse(url: URL, signal: AbortSignal): Promise<Connection | null>
  /** Takes one back whose answer has been read to its end. */
  keep(connection: Connection, keepMs: number): void
  /** Cuts all. */
  close(): Promise<void>
}

/** By origin: the idle connections, the one kept last at the end, and what ends each when it is not wanted. */
type Idle = Map<string, Map<Connection, NodeJS.Timeout>>

const mostSessions = 100

export function createPlainConnections(settings: ConnectSettings): PlainConnections {
  const all = new Set<Connection>()
  const idle: Idle = new Map()
  const sessions = createSessions()
  const closed = () => codedError('ERR_CLOSED', 'Closed by us')
  let isClosed = false
  return {
    async open(url, signal) {
      if (isClosed) throw closed()
      const connection = startConnection(url, { ...settings, sessions })
      all.add(connection)
      void connection.closed.then(() => all.delete(connection))
      connection.follow(signal)
      await connection.ready
      return connection
    },
    async reuse(url, signal) {
      if (!idle.has(url.origin)) return null
      // an end that has arrived is heard before we write; two turns, as the first may begin after that look
      await eventLoopTurn()
      await eventLoopTurn()
      signal.throwIfAborted()
      // the one kept last is the least likely to be given up by the other side
      const connection = [...(idle.get(url.origin)?.keys() ?? [])].at(-1)
      if (connection === undefined) return null
      forget(idle, connection)
      connection.follow(signal)
      return connection
    },
    keep(connection, keepMs) {
      if (keepMs === 0) connection.cut(null)
      if (connection.isOpen()) letIdle(idle, connection, keepMs)
    },
    async close() {
      isClosed = true
      const open = [...all]
      for (const connection of open) connection.cut(closed())
      await Promise.all(open.map((connection) => connection.closed))
    },
  }
}

function letIdle(idle: Idle, connection: Connection, keepMs: number): void {
  const timer = setTimeout(() => connection.cut(null), keepMs).unref()
  connection.follow(null)
  connection.handTo({
    room: () => null,
    // an answer that nobody asked for is taken for nobody's
    take: () => {
      connection.cut(null)
      return true
    },
    ended: () => forget(idle, connection),
  })
  const kept = idle.get(connection.origin) ?? new Map()
  idle.set(connection.origin, kept.set(connection, timer))
}

function forget(idle: Idle, connection: Connection): void {
  const kept = idle.get(connection.origin)
  clearTimeout(kept?.get(connection))
  kept?.delete(connection)
  if (kept?.size === 0) idle.delete(connection.origin)
}

/** The TLS session of each origin that was heard of last, of the newest origins. */
function createSessions() {
  const sessions = new Map<string, Buffer>()
  return {
    get: (origin: string) => sessions.get(origin),
    set(origin: string, session: Buffer) {
      sessions.delete(origin)
      sessions.set(origin, session)
      const [oldest] = sessions.keys()
      if (sessions.size > mostSessions && oldest !== undefined) sessions.delete(oldest)
    },
  }
}
