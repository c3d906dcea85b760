/** How does a stream of documents, one a line, become what a job has to do? In parts, none of them looked at yet: that is the job's work. */
import { Failure } from '../../core/failure.ts'
import { longestDocument } from '../../core/manifest/json-text.ts'
import { linesOf } from '../lines.ts'
import type { Actor } from '../ports/desk.ts'
import type { Job, JobDesk, JobParameters } from '../ports/jobs.ts'

const linesAtOnce = 200
const charactersAtOnce = 4 * 2 ** 20

/** @throws Failure `bad_request` for a line that cannot be kept, or when there is none; nothing is begun then */
export async function startWithLines(
  desk: JobDesk,
  {
    kind,
    parameters,
    actor,
  }: { readonly kind: 'backfill' | 'refresh_metadata'; readonly parameters: JobParameters; readonly actor: Actor },
  chunks: AsyncIterable<Uint8Array>,
): Promise<Job> {
  return await desk.startWith({ kind, parameters, actor }, partsOf(chunks))
}

async function* partsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let part: string[] = []
  let characters = 0
  let none = true
  for await (const line of linesOf(chunks, longestDocument)) {
    if (line.text?.trim() === '') continue
    if (line.text === null) {
      throw new Failure('bad_request', `Line ${line.number} is not UTF-8, or longer than ${longestDocument} bytes.`)
    }
    none = false
    part.push(line.text)
    characters += line.text.length
    if (part.length < linesAtOnce && characters < charactersAtOnce) continue
    yield part
    part = []
    characters = 0
  }
  if (none) throw new Failure('bad_request', 'There is not one line with a document.')
  if (part.length > 0) yield part
}
