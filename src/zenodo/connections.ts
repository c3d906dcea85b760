/** Over what do the calls to Zenodo go? undici, loaded with the first call: a worker that waits has no use for it. */
import type { Dispatcher } from 'undici'

/** The connections to Zenodo, kept until `close`. */
export interface Connections {
  dispatcher(): Promise<Dispatcher>
  close(): Promise<void>
}

/** A page of 100 depositions with 100 files each stays well below. */
const longestAnswerBytes = 64 * 1024 * 1024

/**
 * @param stallMs no progress for so long is a failure.
 * @param guard called again when a request is written to its connection; what it throws is what the request fails with
 */
export function createConnections(stallMs: number, guard: () => void): Connections {
  let agent: Promise<Dispatcher> | null = null
  return {
    dispatcher() {
      agent ??= createAgent(stallMs, guard)
      return agent
    },
    close: async () => await (await agent)?.close(),
  }
}

/** Cookies are never kept, as Zenodo would then ask for a CSRF token (invenio-rest). */
async function createAgent(stallMs: number, guard: () => void): Promise<Dispatcher> {
  const { Agent } = await import('undici')
  const agent = new Agent({
    connect: { timeout: Math.min(stallMs, 30_000) },
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    allowH2: false,
    maxResponseSize: longestAnswerBytes,
  })
  return agent.compose((dispatch) => (options, handler) => dispatch(options, guarded(handler, guard)))
}

/** Between asking and writing a connection may have to be made, and the process may stand still meanwhile. */
function guarded(handler: Dispatcher.DispatchHandler, guard: () => void): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...begin) => {
      guard()
      handler.onRequestStart?.(...begin)
    },
    onRequestUpgrade: (...upgrade) => handler.onRequestUpgrade?.(...upgrade),
    onResponseStart: (...start) => handler.onResponseStart?.(...start),
    onResponseData: (...data) => handler.onResponseData?.(...data),
    onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
    onResponseError: (...error) => handler.onResponseError?.(...error),
  }
}
