/** Which handler answers which path? Paths are decoded first and split then, as WSGI does, so `%2F` is a slash. */
import { type Answer, HttpError, notFound } from './http-answer.ts'
import type { Handler } from './request-context.ts'

/** A path pattern with its handlers by method. `:name` is one segment, a final `:name+` is one or more. */
export interface Route {
  readonly path: string
  readonly methods: Readonly<Record<string, Handler>>
  /** Whether JSON must be acceptable to the asker. Default: below `/api`. */
  readonly negotiates?: false
  /** Whether InvenioRDM's own JSON may be asked for as well. */
  readonly hasNative?: true
}

/** A route that fits a path. */
export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

const NO_SUCH_ROUTE =
  'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.'

/** Finds the first route for a decoded path. */
export function findRoute(routes: readonly Route[], path: string): Match | undefined {
  const segments = path.split('/')
  for (const route of routes) {
    const params = matchSegments(route.path.split('/'), segments)
    if (params) return { route, params }
  }
  return undefined
}

/** The path of a raw request target, decoded; undefined when its percent-encoding is broken. */
export function decodePath(target: string): string | undefined {
  try {
    return decodeURIComponent(target.split('?', 1)[0] ?? '')
  } catch {
    return undefined
  }
}

/** The query of a raw request target. */
export function parseQuery(target: string): URLSearchParams {
  const at = target.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : target.slice(at + 1))
}

/** The handler of a match for a method. @throws HttpError 404 without a match, 405 with `Allow` for another method. */
export function chooseHandler(match: Match | undefined, method: string): Handler {
  if (!match) throw notFound(NO_SUCH_ROUTE)
  const { methods } = match.route
  const handler = methods[method === 'HEAD' ? 'GET' : method]
  if (handler) return handler
  const allow = [...Object.keys(methods), ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return (): Answer => ({ kind: 'empty', status: 200, headers: { allow } })
  throw new HttpError(405, 'The method is not allowed for the requested URL.', { headers: { allow } })
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const takesRest = pattern.at(-1)?.endsWith('+') === true
  if (segments.length < pattern.length || (segments.length > pattern.length && !takesRest)) return undefined
  const params: Record<string, string> = {}
  for (const [at, expected] of pattern.entries()) {
    const found = expected.endsWith('+') ? segments.slice(at).join('/') : segments[at]
    if (expected.startsWith(':') && found) params[expected.replaceAll(/[:+]/g, '')] = found
    else if (expected !== found) return undefined
  }
  return params
}
