/** How do manifest files become manifests? All of them are checked before anything is done with one. */
import { createReadStream } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Failure } from '../core/failure.ts'
import { longestDocument, parseJsonText } from '../core/manifest/json-text.ts'
import { type Manifest, type ManifestProblem, parseManifest } from '../core/manifest/manifest.ts'
import { relativeSources } from '../core/manifest/relative-sources.ts'

/** A manifest from the command line; relative `file:` sources lie in `fileRoot`, the folder of the manifest's file. */
export interface NamedManifest {
  readonly name: string
  readonly manifest: Manifest
  readonly fileRoot: string | null
}

interface NamedProblem extends ManifestProblem {
  readonly file: string
}

/**
 * @param names paths of files; `-` is standard input, which has no folder
 * @throws Failure `manifest_invalid`; `details.problems` names file, JSON path, what was found and what is accepted
 */
export async function readManifests(names: readonly string[]): Promise<NamedManifest[]> {
  const read = await Promise.all(names.map(readOne))
  const problems = read.flatMap((one) => one.problems)
  if (problems.length > 0) throw refusal(problems)
  return read.flatMap((one) => one.manifests)
}

interface Read {
  readonly manifests: readonly NamedManifest[]
  readonly problems: readonly NamedProblem[]
}

async function readOne(name: string): Promise<Read> {
  const input = await readDocument(name)
  if (!input.ok) return { manifests: [], problems: [input.problem] }
  const parsed = parseManifest(input.value)
  const fileRoot = name === '-' ? null : dirname(resolve(name))
  const problems = parsed.ok ? withoutFolder(parsed.manifest, fileRoot) : parsed.problems
  if (problems.length > 0 || !parsed.ok) return { manifests: [], problems: problems.map((one) => inFile(name, one)) }
  return { manifests: [{ name, manifest: parsed.manifest, fileRoot }], problems: [] }
}

type ReadDocument =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: NamedProblem }

async function readDocument(name: string): Promise<ReadDocument> {
  const content = await readText(name)
  if (typeof content !== 'string') return { ok: false, problem: inFile(name, content) }
  const json = parseJsonText(content.replace(/^\uFEFF/, ''))
  return json.ok ? json : { ok: false, problem: inFile(name, json.problem) }
}

/** No more of it than may be there. */
async function readText(name: string): Promise<string | ManifestProblem> {
  const source: AsyncIterable<Buffer> = name === '-' ? process.stdin : createReadStream(name)
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of source) {
      parts.push(part)
      bytes += part.length
      if (bytes > longestDocument) return refused(`more than ${longestDocument} bytes long`)
    }
    return Buffer.concat(parts).toString('utf8')
  } catch (error) {
    return refused(`not readable (${codeOf(error)})`)
  }
}

function refused(found: string): ManifestProblem {
  const accepted = `a JSON document of at most ${longestDocument} bytes`
  return { path: '$', found, accepted, message: `it is ${found}` }
}

function withoutFolder(manifest: Manifest, fileRoot: string | null): ManifestProblem[] {
  return fileRoot === null ? relativeSources(manifest, 'standard input') : []
}

function inFile(name: string, problem: ManifestProblem): NamedProblem {
  const file = name === '-' ? 'standard input' : name
  return { ...problem, file, message: `${file}: ${problem.message}` }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}

function refusal(problems: readonly NamedProblem[]): Failure {
  const [first] = problems
  const text =
    problems.length === 1 && first ? `${first.message}.` : `${problems.length} problems, so nothing was enqueued.`
  const hint = 'Check the name of the file, and that this user may read it.'
  const unread = problems.every(({ found }) => found.startsWith('not readable'))
  return new Failure('manifest_invalid', text, { details: { problems }, ...(unread ? { hint } : {}) })
}
