/** How is a file asked for by undici, which understands every form an answer may take? */
import { Agent } from 'undici'
import { abortable } from './abortable.ts'
import { readerOf } from './byte-reader.ts'
import type { HttpGets } from './http-answer.ts'
import type { ConnectSettings } from './plain-connection.ts'

export function createUndiciGets({ lookup, connectMs }: ConnectSettings): HttpGets {
  const agent = new Agent({ allowH2: false, connect: { timeout: connectMs, ...(lookup && { lookup }) } })
  return {
    async get(url, headers, signal) {
      const asked = agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers,
        signal,
        // lack of progress is watched for the whole transfer, in both directions: see stall-watch
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      const { statusCode: status, headers: fields, body } = await abortable(asked, signal)
      // only the head is wanted; the error event that this raises is not
      if (status !== 200) body.on('error', () => {}).destroy()
      return { status, headers: fields, ...readerOf(body) }
    },
    close: () => agent.destroy(),
  }
}
