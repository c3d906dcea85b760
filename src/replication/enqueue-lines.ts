/** How does a stream of versions, one JSON document a line, go into the table? In batches, each of them one transaction. */
import type { CopyType } from '../core/copy.ts'
import { asFailure, Failure } from '../core/failure.ts'
import { type EnqueueDocument, parseEnqueueDocument } from '../core/manifest/enqueue-document.ts'
import { longestDocument, parseJsonText } from '../core/manifest/json-text.ts'
import type { ManifestProblem } from '../core/manifest/manifest.ts'
import { relativeSources } from '../core/manifest/relative-sources.ts'
import { type EnqueueAnswer, type EnqueuePorts, type EnqueueRequest, enqueueEach } from './enqueue.ts'
import { type Line, linesOf } from './lines.ts'

/** What holds for lines that do not say it themselves. */
export interface LineDefaults {
  readonly types: readonly CopyType[] | null
  readonly publish: boolean
  readonly priority: number | null
  readonly runAfter: string | null
  /** Null: the lines came from nowhere, and relative sources are refused. */
  readonly fileRoot: string | null
  readonly requestedBy: string
}

/** Lines are counted from 1; those that are empty have no result. */
export type LineResult = { readonly line: number } & (
  | ({ readonly status: 'accepted' } & EnqueueAnswer)
  | { readonly status: 'refused'; readonly failure: Failure }
)

/** A batch ends with either of them. */
const linesAtOnce = 500
const bytesAtOnce = 4 * 2 ** 20

/**
 * A refused line leaves the others of its batch alone. While one batch is stored, the next one is read. Results come in the
 * order of the lines, and tell what is committed: after a failure of the database or of the stream everything before is in
 * the table, the batch it happened in is not, and the same stream sent again finds what is there.
 */
export async function* enqueueLines(
  ports: EnqueuePorts,
  chunks: AsyncIterable<Uint8Array>,
  defaults: LineDefaults,
): AsyncGenerator<readonly LineResult[]> {
  const batches = batchesOf(chunks, defaults)
  for (let stored: Promise<readonly LineResult[]> | null = null; ; ) {
    const next = batches.next().then(
      (result) => ({ ok: true, result }) as const,
      (error: unknown) => ({ ok: false, error }) as const,
    )
    if (stored !== null) yield await stored
    const read = await next
    if (!read.ok) throw read.error
    if (read.result.done) return
    stored = store(ports, read.result.value)
    // it is awaited a turn later, and must not count as unheard of until then
    stored.catch(() => {})
  }
}

interface ReadLine {
  readonly line: number
  readonly read: EnqueueRequest | Failure
}

async function* batchesOf(chunks: AsyncIterable<Uint8Array>, defaults: LineDefaults): AsyncGenerator<ReadLine[]> {
  let batch: ReadLine[] = []
  let bytes = 0
  for await (const line of linesOf(chunks, longestDocument)) {
    if (line.text?.trim() === '') continue
    batch.push({ line: line.number, read: readLine(line, defaults) })
    bytes += Math.min(line.bytes, longestDocument)
    if (batch.length < linesAtOnce && bytes < bytesAtOnce) continue
    yield batch
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield batch
}

function readLine(line: Line, defaults: LineDefaults): EnqueueRequest | Failure {
  if (line.text === null) {
    const accepted = `at most ${longestDocument} bytes of UTF-8`
    const found = line.bytes > longestDocument ? `${line.bytes} bytes long` : 'not UTF-8'
    return invalid(line, [{ path: '$', found, accepted, message: `it is ${found}; accepted is ${accepted}` }])
  }
  const json = parseJsonText(line.text)
  if (!json.ok) return invalid(line, [json.problem])
  const read = readDocument(json.value, defaults)
  return 'manifest' in read ? read : invalid(line, read.problems)
}

/** A document of a stream, whatever it came in. */
export function readDocument(
  value: unknown,
  defaults: LineDefaults,
): EnqueueRequest | { readonly problems: readonly ManifestProblem[] } {
  const parsed = parseEnqueueDocument(value)
  if (!parsed.ok) return parsed
  const relative = defaults.fileRoot === null ? relativeSources(parsed.document.manifest, 'a stream') : []
  return relative.length > 0 ? { problems: relative } : requestOf(parsed.document, defaults)
}

function invalid({ number }: Line, problems: readonly ManifestProblem[]): Failure {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new Failure('manifest_invalid', `Line ${number}: ${problems[0]?.message}${more}.`, { details: { problems } })
}

function requestOf({ manifest, types, priority, runAfter }: EnqueueDocument, defaults: LineDefaults): EnqueueRequest {
  return {
    ...defaults,
    manifest,
    types: types ?? defaults.types,
    priority: priority ?? defaults.priority,
    runAfter: runAfter ?? defaults.runAfter,
  }
}

async function store(ports: EnqueuePorts, batch: readonly ReadLine[]): Promise<readonly LineResult[]> {
  const requests = batch.flatMap(({ read }) => (read instanceof Failure ? [] : [read]))
  const answers = (await storeAll(ports, requests)).values()
  return batch.map(({ line, read }) => {
    const answer = read instanceof Failure ? read : answers.next().value
    if (answer === undefined) throw new Error(`line ${line} has no answer`)
    return answer instanceof Failure
      ? { line, status: 'refused', failure: answer }
      : { line, status: 'accepted', ...answer }
  })
}

/** When the database takes the batch amiss, each by itself, so that one that it cannot store keeps none of the others out. */
async function storeAll(
  ports: EnqueuePorts,
  requests: readonly EnqueueRequest[],
): Promise<ReadonlyArray<EnqueueAnswer | Failure>> {
  if (requests.length === 0) return []
  try {
    return await enqueueEach(ports, requests)
  } catch (error) {
    if (error instanceof Failure) throw error
    const [first] = requests
    if (requests.length === 1 || first === undefined) return [asFailure(error)]
    const answers = []
    for (const request of requests) answers.push(...(await storeAll(ports, [request])))
    return answers
  }
}
