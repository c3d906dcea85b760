/** Which requests were made? A log that tests can ask, without secrets. */
import type { IncomingHttpHeaders } from 'node:http'

/** A request as the control interface shows it. */
interface LoggedRequest {
  readonly method: string
  /** With the query; tokens are hidden. */
  readonly path: string
  /** Null while no answer was sent, and for good when the connection was cut. */
  status: number | null
  requestBytes: number
  responseBytes: number
  readonly startedAt: string
  /** Up to now, for requests under way. */
  durationMs: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Name of the account, null for guests. */
  readonly user: string | null
  /** From which host it came. */
  readonly address: string
}

/** A request under way. */
export interface OpenLogEntry {
  /** Keeps the counters in step with the connection; asked whenever somebody reads the log. */
  follow(counters: () => Partial<Pick<LoggedRequest, 'status' | 'requestBytes' | 'responseBytes'>>): void
  /** Freezes the entry. */
  end(): void
}

/** Remembers requests, oldest first. */
export interface RequestLog {
  begin(
    request: Pick<LoggedRequest, 'method' | 'path' | 'user' | 'address'>,
    headers: IncomingHttpHeaders,
  ): OpenLogEntry
  list(): readonly LoggedRequest[]
  clear(): void
}

/** The log of a long demonstration must not fill the memory. */
const ENTRIES_KEPT = 100_000

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization'])
const SECRET_PARAMETERS = /([?&](?:access_token|resource-token|token)=)[^&#]*/gi

/** An empty log. */
export function createRequestLog(): RequestLog {
  let entries: { readonly logged: LoggedRequest; readonly refresh: () => void }[] = []
  return {
    begin({ method, path, user, address }, headers) {
      const startedMs = performance.now()
      const logged: LoggedRequest = {
        method,
        path: hideSecrets(path),
        status: null,
        requestBytes: 0,
        responseBytes: 0,
        startedAt: new Date().toISOString(),
        durationMs: 0,
        headers: publicHeaders(headers),
        user,
        address,
      }
      let counters: Parameters<OpenLogEntry['follow']>[0] | undefined
      let ended = false
      const refresh = (): void => {
        if (ended) return
        Object.assign(logged, counters?.())
        logged.durationMs = Math.round(performance.now() - startedMs)
      }
      entries.push({ logged, refresh })
      if (entries.length > ENTRIES_KEPT) entries.shift()
      return {
        follow(source) {
          counters = source
        },
        end() {
          refresh()
          ended = true
        },
      }
    },
    list() {
      for (const entry of entries) entry.refresh()
      return entries.map((entry) => entry.logged)
    },
    clear() {
      entries = []
    },
  }
}

/** The request target without the values of token parameters. */
function hideSecrets(path: string): string {
  return path.replaceAll(SECRET_PARAMETERS, '$1***')
}

function publicHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name)))
}
