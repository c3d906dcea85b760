/** What the tests of the HTTP API have in common: the API over real HTTP on a database of its own, its log, and a caller of each role. */
import { openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Role } from '../../src/core/roles.ts'
import { createLogger } from '../../src/observe/logger.ts'
import { createToken } from '../../src/replication/tokens.ts'
import { type Bench, createBench } from '../db/setup.ts'
import type { TestDatabaseKind } from '../support/database.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  /** What it answers as JSON; its shape is what the tests are about. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any
}

interface Request {
  readonly method?: string
  /** Null: without one. Default: an administrator's. */
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Objects are sent as JSON. */
  readonly body?: unknown
}

export interface Api {
  readonly url: string
  readonly log: () => string
  tokenOf(role: Role): Promise<string>
  /** @param path below /api/v1, unless it begins with two slashes: then from the root */
  call(path: string, request?: Request): Promise<Answer>
  close(): Promise<void>
}

/** The API on any database, of which nothing is asked before the first request. */
export async function serveOn(
  url: string,
  {
    tokens,
    flags = {},
    port = 0,
  }: { readonly tokens: boolean; readonly port?: number; readonly flags?: Readonly<Record<string, unknown>> },
): Promise<Api> {
  const lines: string[] = []
  const logger = await createLogger({
    level: 'info',
    pretty: false,
    destination: { write: (line) => void lines.push(line) },
  })
  const app = await openApp(loadConfig({ env: {}, flags: { 'database.url': url, ...flags } }).config)
  const listening = await app.listen({ host: '127.0.0.1', port, logger, liveEveryMs: 50 })
  const known = new Map<Role, Promise<string>>()
  const tokenOf = async (role: Role) => {
    const token = known.get(role) ?? createToken(app.tokens, { name: `the ${role}`, role, by: 'test' })
    known.set(role, token)
    return await token
  }
  const anyToken = 'zrt_0123456789abcdefghij'
  return {
    url: listening.url,
    log: () => lines.join(''),
    tokenOf,
    async call(path, { method = 'GET', token, headers = {}, body } = {}) {
      const bearer = token === undefined ? (tokens ? await tokenOf('admin') : anyToken) : token
      const isText = typeof body === 'string' || body === undefined
      const answer = await fetch(
        path.startsWith('//') ? listening.url + path.slice(1) : `${listening.url}/api/v1${path}`,
        {
          method,
          headers: {
            ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
            ...(isText ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isText ? (body as string) : JSON.stringify(body) }),
        },
      )
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
    },
    async close() {
      await listening.close()
      await app.close()
    },
  }
}

/** @param flags settings by dotted path */
export async function openApi(
  kind: TestDatabaseKind,
  flags?: Readonly<Record<string, unknown>>,
): Promise<{ readonly bench: Bench; readonly api: Api }> {
  const bench = await createBench(kind)
  return { bench, api: await serveOn(bench.url, { tokens: true, ...(flags === undefined ? {} : { flags }) }) }
}
