/** Over what do the calls to Zenodo go? undici, loaded with the first call: a worker that waits has no use for it. */
import type { Dispatcher } from 'undici'

/** The connections to Zenodo, kept until `close`. */
export interface Connections {
  dispatcher(): Promise<Dispatcher>
  close(): Promise<void>
}

/** A page of 100 depositions with 100 files each stays well below. */
const longestAnswerBytes = 64 * 1024 * 1024

/** @param stallMs no progress for so long is a failure. */
export function createConnections(stallMs: number): Connections {
  let agent: Promise<Dispatcher> | null = null
  return {
    dispatcher() {
      agent ??= createAgent(stallMs)
      return agent
    },
    close: async () => await (await agent)?.close(),
  }
}

/** Cookies are never kept, as Zenodo would then ask for a CSRF token (invenio-rest). */
async function createAgent(stallMs: number): Promise<Dispatcher> {
  const { Agent } = await import('undici')
  return new Agent({
    connect: { timeout: Math.min(stallMs, 30_000) },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    allowH2: false,
    maxResponseSize: longestAnswerBytes,
  })
}
