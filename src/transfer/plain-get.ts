/**
 * How is a file asked for over HTTP/1.1, with as little work for each byte as can be? Only answers of one plain form are
 * taken, where nobody could read anything else out of the same bytes; of all others undici judges, asked anew.
 */
import type { HttpAnswer, HttpGets } from './http-answer.ts'
import { createPlainBody } from './plain-body.ts'
import type { Connection, ConnectSettings } from './plain-connection.ts'
import { createPlainConnections, type PlainConnections } from './plain-connections.ts'
import { createHeadReader, type PlainHead } from './plain-head.ts'

interface PlainGets extends Pick<HttpGets, 'close'> {
  /** As other gets do; null when undici has to judge: nothing has been read then. */
  get(...asked: Parameters<HttpGets['get']>): Promise<HttpAnswer | null>
}

/** Connections are opened as needed and kept for further requests to the same origin. */
export function createPlainGets(settings: ConnectSettings): PlainGets {
  const connections = createPlainConnections(settings)
  return {
    async get(url, headers, signal) {
      signal.throwIfAborted()
      const text = requestText(url, headers)
      return text === null ? null : get({ connections, text, signal }, url)
    },
    close: connections.close,
  }
}

interface Asking {
  readonly connections: PlainConnections
  /** The request as it is sent. */
  readonly text: string
  readonly signal: AbortSignal
}

type Asked = { readonly answer: HttpAnswer | null } | { readonly unanswered: unknown }

async function get(asking: Asking, url: URL): Promise<HttpAnswer | null> {
  const { connections, signal } = asking
  const kept = await connections.reuse(url, signal)
  if (kept !== null) {
    const asked = await ask(kept, asking)
    // the other side may give up an idle connection in the very moment in which we write
    if ('answer' in asked) return asked.answer
  }
  const asked = await ask(await connections.open(url, signal), asking)
  if ('answer' in asked) return asked.answer
  throw asked.unanswered
}

/** Sends the request. @returns `unanswered` when not a byte came back. @throws what broke the answer. */
function ask(connection: Connection, asking: Asking): Promise<Asked> {
  const { promise, resolve, reject } = Promise.withResolvers<Asked>()
  const readHead = createHeadReader()
  let isBegun = false
  connection.handTo({
    room: () => null,
    take(bytes) {
      isBegun = true
      const step = readHead(bytes)
      if (step === 'more') return true
      if (step === 'foreign') {
        resolve({ answer: null })
        connection.cut(null)
        return true
      }
      const { answer, goesOn } = startAnswer(connection, asking, { head: step.head, rest: bytes.subarray(step.used) })
      resolve({ answer })
      return goesOn
    },
    ended: (reason) => (isBegun ? reject(reason) : resolve({ unanswered: reason })),
  })
  connection.send(asking.text)
  return promise
}

function startAnswer(
  connection: Connection,
  { connections, signal }: Asking,
  { head, rest }: { readonly head: PlainHead; readonly rest: Buffer },
) {
  const { status, headers, length, keepMs } = head
  const size = status === 200 && length !== null ? length : 0
  const body = createPlainBody(connection, { size, signal, onRead: () => connections.keep(connection, keepMs) })
  connection.handTo(body)
  const goesOn = body.take(rest)
  // without a body there is nothing to wait for; of one that nobody will read neither
  if (size === 0) connections.keep(connection, length === 0 ? keepMs : 0)
  return { answer: { status, headers, read: body.read }, goesOn }
}

const visible = /^[\x21-\x7e]+$/
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
/** Names that the request's own lines, or undici's rules about them, stand for. */
const reserved = /^(?:host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect)$/i

/** The request as undici writes it; null when it could not be written as it is meant. */
function requestText(url: URL, headers: Readonly<Record<string, string>>): string | null {
  const path = url.pathname + url.search
  const fields = Object.entries(headers)
  const isPlain = fields.every(([name, value]) => token.test(name) && fieldValue.test(value) && !reserved.test(name))
  if (!isPlain || !visible.test(path) || !visible.test(url.host)) return null
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\nconnection: keep-alive\r\n${lines.join('')}\r\n`
}
