/** What does a route get to see? The request, who asks, and the state of the emulator. */
import type { Account } from './accounts.ts'
import { type Answer, forbidden, HttpError, serverError } from './http-answer.ts'
import type { RequestBody } from './request-body.ts'
import type { EmulatorSettings } from './settings.ts'
import type { RecordStore } from './store.ts'

/** One request on its way through a route. */
export interface RequestContext {
  /** `http://host:port`, without a path. */
  readonly origin: string
  readonly method: string
  /** Path parameters by name, decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** Header by lower-case name. */
  header(name: string): string | undefined
  readonly body: RequestBody
  /** Undefined for guests. */
  readonly account: Account | undefined
  readonly settings: EmulatorSettings
  readonly store: RecordStore
  /** Waits, but not beyond the life of the emulator. */
  pause(ms: number): Promise<void>
  /** Changes settings for good, for switches that count down. */
  changeSettings(patch: Partial<EmulatorSettings>): void
}

/** Handles one method of one path. */
export type Handler = (context: RequestContext) => Promise<Answer> | Answer

/**
 * The account behind a deposit request.
 * @throws HttpError 403 for guests, who are not told 401 (pinned by zenodo-rdm test_quickstart); 401 with `strictAuth401`.
 */
export function requireAccount(context: RequestContext, scope?: 'deposit:write' | 'deposit:actions'): Account {
  const { account, settings } = context
  if (!account) {
    if (!settings.strictAuth401) throw forbidden()
    throw new HttpError(
      401,
      'The server could not verify that you are authorized to access the URL requested. You either supplied the wrong ' +
        "credentials (e.g. a bad password), or your browser doesn't understand how to supply the credentials required.",
    )
  }
  if (settings.strictScopes && scope !== undefined && !account.scopes.includes(scope)) throw forbidden()
  return account
}

/**
 * Reads a JSON body the way Zenodo does: the whole content type is the look-up key, so a charset is refused
 * (flask-resources body parsers), and an empty body reaches code that does not expect one (zenodo/zenodo-rdm#1260).
 */
export async function readJson(context: RequestContext): Promise<unknown> {
  const type = context.header('content-type') ?? 'application/json'
  const withCharset = context.settings.jsonCharset === 'accepted' && /^application\/json\s*;/i.test(type)
  if (type !== 'application/json' && !withCharset) throw unsupportedType('application/json')
  const bytes = await context.body.whole(context.settings.bytesPerBody)
  if (bytes.length === 0) throw serverError()
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new HttpError(400, 'Unable to decode JSON data in request body.')
    throw error
  }
}

/** The 415 of a body in another type than `expected`. */
export function unsupportedType(expected: string): HttpError {
  return new HttpError(415, `Invalid 'Content-Type' header. Expected one of: ${expected}`)
}
