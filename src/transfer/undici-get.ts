/** How is a file asked for by undici, which understands every form an answer may take? */
import type { Agent } from 'undici'
import { abortable } from './abortable.ts'
import { readerOf } from './byte-reader.ts'
import type { HttpGets } from './http-answer.ts'
import type { ConnectSettings } from './plain-connection.ts'

export function createUndiciGets(settings: ConnectSettings): HttpGets {
  let agent: Promise<Agent> | null = null
  return {
    async get(url, headers, signal) {
      agent ??= createAgent(settings)
      const asked = (await agent).request({
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
    close: async () => (await agent)?.destroy(),
  }
}

/** Loaded with the first answer that needs it: most sources never do. */
async function createAgent({ lookup, connectMs }: ConnectSettings): Promise<Agent> {
  const undici = await import('undici')
  return new undici.Agent({ allowH2: false, connect: { timeout: connectMs, ...(lookup && { lookup }) } })
}
