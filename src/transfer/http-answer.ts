/** What is an answer to a GET, whoever asked? */
import type { ByteReader } from './byte-reader.ts'

/** An answer whose bytes, those of a body with status 200, can be read once. Of any other only the head is kept. */
export interface HttpAnswer extends ByteReader {
  readonly status: number
  /** Names in lower case; a name that came more than once has all of its values. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface HttpGets {
  /**
   * Asks once; a redirect is an answer like others. The signal ends the answer too.
   * @throws an error with a code when there is no answer, the failure of the lookup, or the signal's reason.
   */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer>
  /** Cuts all connections, those in use as well. */
  close(): Promise<void>
}
