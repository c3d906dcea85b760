/** A process of its own that serves files from memory: `GET /<size>/<any name>`. Says its address in a line of JSON. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { partsOf } from './content.ts'

const server = createServer((request, response) => {
  const size = Number(/^\/(\d+)\//.exec(request.url ?? '')?.[1] ?? Number.NaN)
  if (request.method !== 'GET' || Number.isNaN(size)) response.writeHead(404).end()
  else serve(size, response)
})

function serve(size: number, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size })
  // a client that goes away before the end ends this answer only
  pipeline(Readable.from(partsOf(size), { highWaterMark: 1 }), response, () => {})
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
