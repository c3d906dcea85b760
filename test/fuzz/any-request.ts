/** What could be asked of a route of the HTTP API? What its schemas accept, with places changed, and what nobody would think of. */
import fc from 'fast-check'
import { z } from 'zod'
import { anyJson } from './any-json.ts'

export interface AnyRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** A route of the API with its whole path, or a page or an action of the console. */
export interface Place {
  readonly method: string
  readonly path: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** What the body is sent as. */
  readonly type: 'application/json' | 'application/x-ndjson' | 'application/x-www-form-urlencoded'
}

type JsonSchema = z.core.JSONSchema.BaseSchema

/** What a header may hold at all: the rest does not come through Node's client, see the raw requests. */
const headerText = fc
  .oneof(
    fc.constantFrom('', '*', '"1"', 'W/"1"', '"1", "2"', '1', '"', '"-1"', 'null', 'a'.repeat(3000), '\u00e9'),
    fc.string({ maxLength: 20 }),
  )
  .map((text) => text.replaceAll(/[^\t -~\u0080-\u00ff]/g, ''))

const types = fc.constantFrom('application/json', 'application/x-ndjson', 'application/json; charset=utf-16', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', 'a/b/c') // biome-ignore format: a list of words

export function anyRequest(route: Place): fc.Arbitrary<AnyRequest> {
  const isForm = route.type === 'application/x-www-form-urlencoded'
  const asSent = isForm ? asForm : asText
  const body = fc.oneof({ weight: 3, arbitrary: fitting(route.body).map(asSent) }, anyJson.map(asText), oddBody)
  const lines = fc.array(body, { maxLength: 5 }).map((all) => all.map((line) => line ?? '').join('\n'))
  return fc
    .record({
      segments: fc.array(segment, { minLength: 4, maxLength: 4 }),
      query: queryOf(route),
      match: fc.option(headerText),
      type: fc.oneof({ weight: 4, arbitrary: fc.constant<string>(route.type) }, types),
      body:
        route.method === 'GET' ? fc.constant(null) : fc.option(route.type === 'application/x-ndjson' ? lines : body),
    })
    .map(({ segments, query, match, type, body: sent }) => ({
      method: route.method,
      path: `${route.path.replaceAll(/:\w+|\*/g, () => segments.pop() ?? '')}${query}`,
      headers: { ...(match === null ? {} : { 'if-match': match }), ...(sent === null ? {} : { 'content-type': type }) },
      body: sent,
    }))
}

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }).map(String) },
  fc.constantFrom('0', '-1', '1e3', '00001', '999999999999999', '9'.repeat(40), '%00', '%', '%2e%2e%2f', '%ff', '..', '10.5072%2Fx', '__proto__', 'a'.repeat(300)), // biome-ignore format: a list of words
  fc.string({ unit: 'binary', maxLength: 10 }).map(encoded),
)

/** Half of the parameters are those that the route knows. */
function queryOf({ query }: Place): fc.Arbitrary<string> {
  const schema = jsonSchema(query)
  const known = Object.entries(schema?.properties ?? {}).map(([name, of]) =>
    fc.oneof(anyOfSchema(of as JsonSchema), anyJson).map((value) => [name, asParameter(value)] as const),
  )
  const unknown = fc.tuple(fc.string({ maxLength: 6 }), anyJson.map(asParameter))
  const one = fc.oneof(...known.map((arbitrary) => ({ weight: 3, arbitrary })), unknown)
  return fc.array(one, { maxLength: 4 }).map((all) => {
    const text = all.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
    return text === '' ? '' : `?${text}`
  })
}

function asParameter(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

const oddBody = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '\0',
    '{"a":1}{"a":1}',
    `${'['.repeat(5000)}`,
    '{"__proto__":{"a":1}}',
    '\ufeff{}',
    '{"reason":"\\ud800"}',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
)

function asForm(value: unknown): string {
  const fields = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const pairs = fields.flatMap(([name, one]) => [one].flat().map((part) => [name, asParameter(part)] as const))
  return pairs.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&')
}

function asText(value: unknown): string | null {
  return value === undefined ? null : (JSON.stringify(value) ?? null)
}

/** What the schema accepts, or nearly: texts are any, and parts may be missing or something else. */
function fitting(schema: z.ZodType | undefined): fc.Arbitrary<unknown> {
  const json = jsonSchema(schema)
  return json === null ? anyJson : anyOfSchema(json)
}

function jsonSchema(schema: z.ZodType | undefined): JsonSchema | null {
  return schema === undefined ? null : z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
}

function anyOfSchema(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: wellFormed(schema) }, anyJson)
}

function wellFormed(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { const: only, enum: words, anyOf, oneOf, type, items, properties } = schema
  if (only !== undefined) return fc.constant(only)
  if (words !== undefined) return fc.constantFrom(...words)
  const either = anyOf ?? oneOf
  if (either !== undefined) return fc.oneof(...either.map((one) => anyOfSchema(one as JsonSchema)))
  if (type === 'array') return fc.array(anyOfSchema((items ?? {}) as JsonSchema), { maxLength: 3 })
  if (type === 'object') return objectOf(properties as Record<string, JsonSchema> | undefined)
  if (type === 'string') return fc.oneof(fc.string({ minLength: 1, maxLength: 12 }), fc.constantFrom('10.5061/dryad.a', '2026-11-24T00:00:00Z', 'https://example.org/a?x=1')) // biome-ignore format: short
  if (type === 'integer' || type === 'number') return fc.integer({ min: -1, max: 60 })
  if (type === 'boolean') return fc.boolean()
  return type === 'null' ? fc.constant(null) : anyJson
}

function objectOf(properties: Readonly<Record<string, JsonSchema>> = {}): fc.Arbitrary<unknown> {
  const parts = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, fc.option(anyOfSchema(of), { nil: undefined })])) // biome-ignore format: short
  return fc.record(parts)
}
