/** How does another program use the service over HTTP? A client with a method for each route of the contract. */
import { type Contract, contract } from '../http/contract.ts'
import type { Route } from '../http/route.ts'
import { callJson, callOnce, type Filled } from './call.ts'
import { listen } from './event-stream.ts'
import type { ApiCopy, CallOptions, Client, ClientOptions, CopyQuery } from './types.ts'

/**
 * Nothing is asked before the first call.
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:8080', token })
 * const { copies } = await client.enqueue({ body: { manifest } })
 * for await (const { event, data } of client.events({ kind: ['finished', 'error'] })) …
 */
export function createClient(options: ClientOptions): Client {
  const call = (name: keyof Contract, asked: Filled = {}, given: CallOptions = {}) =>
    callJson(options, name, asked, given)
  const methodOf = (name: keyof Contract) => {
    const { lines }: Route = contract[name]
    if (lines) return (documents: Documents, given?: CallOptions) => sendLines(options, name, documents, given)
    return async (asked?: Filled, given?: CallOptions) => (await call(name, asked, given)).body
  }
  const names = Object.keys(contract) as Array<keyof Contract>
  const others: Pick<Client, 'listAll' | 'exportCopies' | 'events'> = {
    listAll: (query, given) => listAll(options, query, given),
    exportCopies: async (asked = {}, given = {}) => {
      const { body } = await callOnce(options, 'exportCopies', asked, { timeoutMs: Number.POSITIVE_INFINITY, ...given })
      return body ?? new ReadableStream()
    },
    events: (query = {}, given = {}) => listen(options, query, given),
  }
  // each method does what the contract says of its route: that is what the type is made of
  return { ...Object.fromEntries(names.map((name) => [name, methodOf(name)])), ...others, call } as unknown as Client
}

async function* listAll(
  options: ClientOptions,
  query: CopyQuery = {},
  given: CallOptions = {},
): AsyncGenerator<ApiCopy, void, undefined> {
  for (let cursor: string | null | undefined = query.cursor; cursor !== null; ) {
    const { body } = await callJson(options, 'listCopies', { query: { limit: 500, ...query, cursor } }, given)
    const page = body as { readonly copies: readonly ApiCopy[]; readonly nextCursor: string | null }
    yield* page.copies
    cursor = page.nextCursor
  }
}

type Documents = Iterable<unknown> | AsyncIterable<unknown>

/** A stream takes as long as it takes. */
async function sendLines(
  options: ClientOptions,
  name: keyof Contract,
  documents: Documents,
  given: CallOptions = {},
): Promise<unknown> {
  const patient = { timeoutMs: Number.POSITIVE_INFINITY, ...given }
  const answer = await callOnce(options, name, { body: bytesOf(documents) }, patient)
  return await answer.json()
}

async function* bytesOf(documents: Documents): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const document of documents) yield encoder.encode(`${JSON.stringify(document)}\n`)
}
