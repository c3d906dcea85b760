/** What does a failing proxy or application say? The answer of a fault that was given a status but perhaps no body. */
import { STATUS_CODES } from 'node:http'
import type { Answer, Headers } from '../http-answer.ts'

/** What a fault is told to answer. */
export interface FaultyAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Texts go out as they are, JSON values as JSON. Without a body, proxy errors are HTML and all others Zenodo's JSON. */
export function faultAnswer({ status, headers, body }: FaultyAnswer): Answer {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  if (typeof body === 'string') return htmlAnswer(status, own, body)
  if (body !== undefined) return { kind: 'json', status, body, headers: own }
  if (status === 413 || status >= 502) return htmlAnswer(status, own, proxyPage(status))
  if (status === 204 || status === 304) return { kind: 'empty', status, headers: own }
  return { kind: 'json', status, body: { status, message: STATUS_CODES[status] ?? 'Error' }, headers: own }
}

function htmlAnswer(status: number, headers: Headers, body: string): Answer {
  return { kind: 'text', status, body, headers: { 'content-type': 'text/html', ...headers } }
}

function proxyPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim()
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
}
