/** What goes between a worker and its MariaDB? A proxy that reads the statements, and can be held or cut at each write. */
import { connect, createServer, type Socket } from 'node:net'
import { writeName } from './points.ts'
import { listen, type ProxyPorts, type WireProxy } from './wire-proxy.ts'

export async function openDatabaseProxy(upstreamPort: number, ports: ProxyPorts): Promise<WireProxy> {
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, '127.0.0.1')
    const both = [client, upstream]
    for (const socket of both) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        for (const one of both) one.destroy()
      })
    }
    converse(client, upstream, ports).catch(() => client.destroy())
  })
  return {
    port: await listen(server),
    async close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** First byte of an answer that is an error. */
const refusal = 0xff

/** A session of one connection. The client waits for each answer before it sends the next statement. */
async function converse(client: Socket, upstream: Socket, ports: ProxyPorts): Promise<void> {
  const worker = ports.worker()
  let held: Buffer[] | null = null
  let begun = () => {}
  upstream.on('data', (chunk: Buffer) => {
    if (held === null) return client.write(chunk)
    held.push(chunk)
    return begun()
  })
  const ask = async (packet: Buffer) => {
    held = []
    const answered = new Promise<void>((resolve) => {
      begun = resolve
    })
    upstream.write(packet)
    await answered
    return held[0]?.[4] !== refusal
  }
  const release = () => {
    for (const chunk of held ?? []) client.write(chunk)
    held = null
  }
  let open: string[] | null = null
  for await (const packet of packetsOf(client)) {
    const sql = statementOf(packet)
    if (sql === null) {
      upstream.write(packet)
      continue
    }
    if (/^BEGIN/i.test(sql)) open = []
    else if (open !== null) open.push(...statementsOf(sql))
    const isEnd = /^(COMMIT|ROLLBACK)/i.test(sql)
    const write = whatIsWritten(sql, open)
    if (isEnd) open = null
    if (write === null) upstream.write(packet)
    else await passWrite({ packet, worker, ask, release, ...write }, ports)
  }
}

interface Write {
  readonly name: string
  readonly statements: readonly string[]
  /** Whether its transaction goes on. */
  readonly isOpen: boolean
}

/** Null: nothing that counts. Statements outside of a transaction are one by themselves. */
function whatIsWritten(sql: string, open: readonly string[] | null): Write | null {
  if (/^ROLLBACK/i.test(sql)) return null
  const isOpen = open !== null && !/^COMMIT/i.test(sql)
  const statements = isOpen || open === null ? statementsOf(sql) : open
  const name = writeName(statements)
  return name === null ? null : { name, statements, isOpen }
}

interface Passage extends Write {
  readonly packet: Buffer
  readonly worker: number
  /** Holds what comes from now on. @returns once the answer begins: false when it is a refusal */
  readonly ask: (packet: Buffer) => Promise<boolean>
  /** Passes on what was held. */
  readonly release: () => void
}

async function passWrite(passage: Passage, { gate, journal }: ProxyPorts): Promise<void> {
  const { packet, worker, ask, release, name, statements, isOpen } = passage
  const at = async (when: 'before' | 'within' | 'after') => {
    if ((await gate({ on: 'database', name, when }, worker)) === 'cut') throw new Error('cut')
  }
  if (!isOpen) await at('before')
  const isDone = await ask(packet)
  if (!isOpen && isDone) {
    journal.add({ kind: 'commit', worker, at: performance.now(), name, announced: announcedIn(statements) })
  }
  if (isDone) await at(isOpen ? 'within' : 'after')
  release()
}

/** Several may go as one; line breaks within values are written as `\n`. */
function statementsOf(sql: string): string[] {
  return sql.split(';\n')
}

function announcedIn(statements: readonly string[]): string[] {
  return statements.flatMap((sql) => {
    const event = !sql.includes("'intent'")
      ? null
      : /'\{\\"operation\\":\\"(\w+)\\",\\"depositionId\\":(?:\\"([\w-]+)\\"|(\d+)|null)/s.exec(sql)
    return event === null ? [] : [`${event[1]} ${event[2] ?? event[3] ?? ''}`.trim()]
  })
}

/** Whole packets, with their heads: three bytes of length, one of sequence. */
async function* packetsOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const length = rest.length < 4 ? Number.POSITIVE_INFINITY : 4 + rest.readUIntLE(0, 3)
      if (rest.length < length) break
      yield rest.subarray(0, length)
      rest = rest.subarray(length)
    }
  }
}

/** The text of a COM_QUERY; null of anything else. */
function statementOf(packet: Buffer): string | null {
  return packet[3] === 0 && packet[4] === 3 ? packet.toString('utf8', 5).trimStart() : null
}
