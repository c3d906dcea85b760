/** Where do test files come from? A small HTTP server with the bytes in memory, which can be told to misbehave. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SourceServer {
  readonly url: string
  /** Serves these bytes under the path; @returns its address. */
  put(path: string, content: string | Buffer): string
  /** The next `times` requests of the path are answered by `handler` instead. */
  misbehave(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void, times?: number): void
  /** How often a path was asked for. */
  hits(path: string): number
  close(): Promise<void>
}

export async function createSourceServer(): Promise<SourceServer> {
  const contents = new Map<string, Buffer>()
  const faults = new Map<
    string,
    { handler: (request: IncomingMessage, response: ServerResponse) => void; left: number }
  >()
  const hits = new Map<string, number>()
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').slice(1).split('?')[0] ?? '')
    hits.set(path, (hits.get(path) ?? 0) + 1)
    const fault = faults.get(path)
    if (fault && fault.left > 0) {
      fault.left -= 1
      return fault.handler(request, response)
    }
    const content = contents.get(path)
    if (content === undefined) {
      response.writeHead(404, { 'content-type': 'application/xml' })
      return response.end('<Error><Code>NoSuchKey</Code></Error>')
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': content.length })
    return response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    put(path, content) {
      contents.set(path, Buffer.from(content))
      return `${url}/${encodeURIComponent(path)}`
    },
    misbehave(path, handler, times = 1) {
      faults.set(path, { handler, left: times })
    },
    hits: (path) => hits.get(path) ?? 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
