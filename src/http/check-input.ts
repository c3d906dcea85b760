/** Is what a caller sent what the route accepts? If not, each field is named with what was found and what is accepted. */
import type { FastifySchemaCompiler } from 'fastify'
import { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { acceptedBy, type ManifestProblem, problemsOf } from '../core/manifest/manifest-problems.ts'
import { nestingProblem } from '../core/manifest/nesting.ts'

/** Where a path begins: bodies are JSON, of which `$` is the whole. */
const places: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'headers' }

/** A schema as what the server asks about each request. */
export const checkInput: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const place = places[httpPart ?? 'body'] ?? '$'
  return (sent: unknown) => {
    const input = httpPart === 'querystring' ? withLists(schema, sent) : sent
    const nesting = nestingProblem(input)
    if (nesting !== null) return { error: refusal([nesting]) }
    const parsed = schema.safeParse(input, { error: accepted })
    if (parsed.success) return { value: parsed.data }
    return { error: refusal(problemsOf(input, parsed.error.issues).map((problem) => at(place, problem))) }
  }
}

/** In a query, a list is a parameter that is repeated, or that has commas. */
function withLists(schema: z.ZodType, sent: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof sent !== 'object' || sent === null) return sent
  const isList = (key: string) => {
    const of: unknown = schema.shape[key]
    return (of instanceof z.ZodOptional ? of.unwrap() : of) instanceof z.ZodArray
  }
  const entries = Object.entries(sent).map(([key, value]: [string, unknown]) => [
    key,
    isList(key) ? listed(value) : value,
  ])
  return Object.fromEntries(entries)
}

function listed(value: unknown): unknown[] {
  return [value]
    .flat()
    .flatMap((part) => (typeof part === 'string' ? part.split(',').map((word) => word.trim()) : [part]))
}

/** In the words of a manifest's refusals, and for what zod says in its own. */
function accepted(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value') return `one of ${issue.values.join(', ')}`
  if (issue.code === 'unrecognized_keys' && issue.inst instanceof z.ZodObject) {
    return `one of ${Object.keys(issue.inst.shape).join(', ')}`
  }
  return acceptedBy(issue)
}

function at(place: string, { path, found, accepted }: ManifestProblem): ManifestProblem {
  const where = `${place}${path.slice(1)}`
  return { path: where, found, accepted, message: `${where} is ${found}; accepted is ${accepted}` }
}

function refusal(problems: readonly ManifestProblem[]): Failure {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const isManifest = problems.some(({ path }) => path.startsWith('$.manifest'))
  const code = isManifest ? 'manifest_invalid' : 'bad_request'
  return new Failure(code, `${problems[0]?.message}${more}.`, { details: { problems } })
}
