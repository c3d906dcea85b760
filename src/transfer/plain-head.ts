/** What does the head of an answer say? Only one plain form of it is read, of which every reader makes the same. */
import { maxHeaderSize } from 'node:http'

export interface PlainHead {
  readonly status: number
  /** Names in lower case; a name that came more than once has all of its values. */
  readonly headers: Readonly<Record<string, string | string[]>>
  /** Content-Length. Null: there is none, which is never so with status 200. */
  readonly length: number | null
  /** How long the connection may be kept for the next request; 0: it ends with this answer. */
  readonly keepMs: number
}

/** `foreign`: not of the plain form, so that our reading of it counts for nothing. `used`: bytes that were the head's. */
export type HeadStep = 'more' | 'foreign' | { readonly head: PlainHead; readonly used: number }

const statusLine = /^HTTP\/1\.1 ([2-5]\d\d) [\t\x20-\x7e\x80-\xff]*$/
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)$/

/** Lines end with CR and LF, names touch their colons, nothing is folded: RFC 9112 sections 4 and 5, without its leniencies. */
export function createHeadReader(): (bytes: Uint8Array) => HeadStep {
  const fields = new Map<string, string[]>()
  let seen = ''
  let lineStart = 0
  let status: number | null = null

  function takeLine(line: string): boolean {
    const [, first, value] = (status === null ? statusLine : fieldLine).exec(line) ?? []
    if (first === undefined) return false
    if (status === null) status = Number(first)
    else addField(fields, first, value ?? '')
    return true
  }

  /** The next line once it is whole, without its end. */
  function nextLine(): string | null {
    const end = seen.indexOf('\r\n', lineStart)
    if (end === -1) return null
    const line = seen.slice(lineStart, end)
    lineStart = end + 2
    return line
  }

  return (bytes) => {
    const before = seen.length
    seen += latin1(bytes.subarray(0, maxHeaderSize - before))
    for (let line = nextLine(); line !== null; line = nextLine()) {
      if (line === '' && status !== null) return judge(status, fields, lineStart - before)
      if (!takeLine(line)) return 'foreign'
    }
    const mayGoOn = seen.length < maxHeaderSize && mayBecomeLine(seen.slice(lineStart), status === null)
    return mayGoOn ? 'more' : 'foreign'
  }
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

function addField(fields: Map<string, string[]>, name: string, value: string): void {
  const known = fields.get(name.toLowerCase())
  if (known) known.push(value)
  else fields.set(name.toLowerCase(), [value])
}

/** What is wrong already is not waited for. */
function mayBecomeLine(part: string, isStatus: boolean): boolean {
  const line = part.endsWith('\r') ? part.slice(0, -1) : part
  if (isStatus) return statusLine.test(line + 'HTTP/1.1 200 '.slice(line.length))
  return fieldLine.test(line.includes(':') ? line : `${line}x:`)
}

/** Whether the fields leave no doubt about where the answer ends. */
function judge(status: number, fields: ReadonlyMap<string, string[]>, used: number): HeadStep {
  const length = lengthOf(status, fields)
  const keepMs = keepOf(fields)
  const changesProtocol = fields.has('upgrade') || fields.has('proxy-connection')
  if (length === 'foreign' || keepMs === 'foreign' || changesProtocol) return 'foreign'
  const single = [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values])
  return { head: { status, headers: Object.fromEntries(single), length, keepMs }, used }
}

function lengthOf(status: number, fields: ReadonlyMap<string, string[]>): number | null | 'foreign' {
  const encodings = fields.get('transfer-encoding')
  const lengths = fields.get('content-length')
  if (lengths) {
    const [text = ''] = lengths
    const isPlain = encodings === undefined && lengths.length === 1 && /^(?:0|[1-9]\d{0,14})$/.test(text)
    return isPlain ? Number(text) : 'foreign'
  }
  // of an error or a redirect only the head matters
  const isChunked = encodings?.length === 1 && encodings[0]?.toLowerCase() === 'chunked'
  return status !== 200 && (encodings === undefined || isChunked) ? null : 'foreign'
}

/** When the server does not say how long. */
const defaultKeepMs = 4000
const longestKeepMs = 60_000
/** The server's time began before ours: its news was under way. */
const headStartMs = 1000

function keepOf(fields: ReadonlyMap<string, string[]>): number | 'foreign' {
  const options = fields.get('connection')?.map((value) => value.toLowerCase()) ?? ['keep-alive']
  if (options.length !== 1 || !['keep-alive', 'close'].includes(options[0] ?? '')) return 'foreign'
  if (options[0] === 'close') return 0
  const [, seconds] = /(?:^|,)[\t ]*timeout=(\d+)/i.exec(fields.get('keep-alive')?.join() ?? '') ?? []
  if (seconds === undefined) return defaultKeepMs
  return Math.min(longestKeepMs, Math.max(0, Number(seconds) * 1000 - headStartMs))
}
