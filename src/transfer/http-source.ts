/** How is a file of a web address opened? Redirects are followed by us, so that each hop is checked. */
import { Failure, isFailure } from '../core/failure.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import type { SourceFile } from '../replication/ports/file-transfer.ts'
import type { AddressGuard } from './address-guard.ts'
import type { HttpAnswer, HttpGets } from './http-answer.ts'
import { naming, type OpenSource, requireSize, statusFailure, unavailable } from './source-checks.ts'

export interface HttpSources {
  /** Made with the guard's lookup. */
  readonly gets: HttpGets
  readonly guard: AddressGuard
  readonly userAgent: string
}

const redirects = new Set([301, 302, 303, 307, 308])
const maxRedirects = 10
const longestWishMs = 3_600_000

/** @throws Failure when the address is not allowed, does not answer 200, or answers something else than the file. */
export async function openHttpSource(file: SourceFile, sources: HttpSources, signal: AbortSignal): Promise<OpenSource> {
  const { answer, where } = await follow(file, sources, signal)
  return openedAnswer(file, answer, where)
}

/** The bytes of an answer, once its head has passed the checks. @throws Failure otherwise. */
export function openedAnswer(file: SourceFile, answer: HttpAnswer, where: string): OpenSource {
  const { status, headers } = answer
  if (status !== 200) {
    const wish = retryAfterMs(headers['retry-after'], { longestMs: longestWishMs, now: Date.now() })
    throw statusFailure(file, where, { status, ...wish })
  }
  requirePlain(file, where, headers)
  const length = single(headers['content-length'])
  requireSize(file, length === null ? null : Number(length), where)
  const endIsProven = length !== null || headers['transfer-encoding'] !== undefined
  return { ...naming(answer, file, where), where, endIsProven }
}

/** The answer at the end of redirects, each of which is allowed. */
export async function follow(file: SourceFile, sources: HttpSources, signal: AbortSignal) {
  let url = parseAddress(file, file.source)
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    sources.guard.requireAllowed(url, file.path)
    const answer = await ask(file, url, { sources, signal })
    const location = redirectOf(answer)
    if (location === null) return { answer, where: url.host }
    url = parseAddress(file, location, url)
  }
  throw new Failure('source_missing', `The source of "${file.path}" redirects more than ${maxRedirects} times.`, {
    details: { path: file.path, where: url.host },
  })
}

/** Where an answer leads on; null when it is no redirect. */
export function redirectOf(answer: HttpAnswer): string | null {
  return redirects.has(answer.status) ? single(answer.headers.location) : null
}

interface Asking {
  readonly sources: Pick<HttpSources, 'gets' | 'userAgent'>
  readonly signal: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** One GET. @throws Failure when there is no answer. */
export async function ask(file: SourceFile, url: URL, { sources, signal, headers }: Asking): Promise<HttpAnswer> {
  try {
    const plain = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': sources.userAgent }
    return await sources.gets.get(url, { ...plain, ...headers }, signal)
  } catch (error) {
    throw isFailure(error) ? error : unavailable(file, url.host, error)
  }
}

function parseAddress(file: SourceFile, text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url !== null) return url
  // no cause: the error of a URL that cannot be parsed quotes it in full
  throw new Failure('source_missing', `The source of "${file.path}" leads to an address that cannot be read.`, {
    details: { path: file.path, where: base?.host ?? null },
  })
}

/** The bytes as they lie there: no web page in place of a file, no encoding that changes size and checksum. */
function requirePlain(file: SourceFile, where: string, headers: HttpAnswer['headers']): void {
  const encoding = single(headers['content-encoding'])?.toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== '') {
    const message = `${where} answers "${file.path}" with content-encoding ${encoding}, although the plain bytes were asked for.`
    throw new Failure('source_wrong_type', message, { details: { path: file.path, where, encoding } })
  }
  const type = single(headers['content-type'])?.split(';')[0]?.trim().toLowerCase() ?? ''
  const isPage = type === 'text/html' || type === 'application/xhtml+xml'
  if (isPage && !/\.(html?|xhtml)$/i.test(file.path)) {
    const message = `${where} answers a web page (${type}) instead of the file "${file.path}".`
    throw new Failure('source_wrong_type', message, { details: { path: file.path, where, type } })
  }
}

function single(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
