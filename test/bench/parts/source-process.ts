/** A process of its own that serves files from memory: `GET /<size>/<any name>`. Says its address in a line of JSON. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { partsOf } from './content.ts'

const server = createServer((request, response) => {
  const size = Number(/^\/(\d+)\//.exec(request.url ?? '')?.[1] ?? Number.NaN)
  if (request.method !== 'GET' || Number.isNaN(size)) response.writeHead(404).end()
  else void serve(size, response)
})

async function serve(size: number, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size })
  for (const part of partsOf(size)) {
    if (response.destroyed) return
    if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')])
  }
  response.end()
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
