/** How are bytes read back that Zenodo holds already? With the token, which therefore goes nowhere else. */
import type { HeldBytes, SourceFile } from '../replication/ports/file-transfer.ts'
import { ask, type HttpSources, openedAnswer, openHttpSource, redirectOf } from './http-source.ts'
import type { OpenSource } from './source-checks.ts'

interface HeldSources {
  /** Connections to Zenodo, whose address was configured and needs no guard. */
  readonly zenodo: Pick<HttpSources, 'gets' | 'userAgent'>
  /** For a redirect to where Zenodo keeps its files. */
  readonly elsewhere: HttpSources
}

/** @throws Failure as any source over HTTP. */
export async function openHeldSource(
  file: SourceFile,
  held: HeldBytes,
  { sources, signal }: { readonly sources: HeldSources; readonly signal: AbortSignal },
): Promise<OpenSource> {
  await held.admit(signal)
  const url = new URL(held.url)
  const answer = await ask(file, url, { sources: sources.zenodo, signal, headers: held.headers })
  const location = redirectOf(answer)
  if (location === null) return openedAnswer(file, answer, url.host)
  return openHttpSource({ ...file, source: new URL(location, url).href }, sources.elsewhere, signal)
}
