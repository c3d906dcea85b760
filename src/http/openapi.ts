/** What can a program know of the API beforehand? Its OpenAPI 3.1 document, made from the same zod that checks each request. */
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { z } from 'zod'

const info = {
  title: 'zenodo-replicator',
  version: '1',
  description:
    'Brings datasets of a research-data repository to Zenodo. Refusals and failures are answered as application/problem+json (RFC 9457).',
  license: { name: 'MIT', identifier: 'MIT' },
}

/** Zod says of every whole number that JavaScript can tell it from its neighbours. */
function override({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

const transform = createJsonSchemaTransform({ zodToJsonConfig: { override } })

/** Of a body that is read line by line there is no zod: each line is checked by itself. */
const withLines: typeof transform = (document) => {
  const { schema, url } = transform(document)
  const { consumes } = document.schema as { readonly consumes?: readonly string[] }
  if (consumes === undefined) return { schema, url }
  return {
    schema: {
      ...schema,
      body: { type: 'string', description: 'A JSON document a line, each as in POST /copies, or a bare manifest' },
    },
    url,
  }
}

/** A rest of the path, such as a DOI with its slashes, has a name there. */
const withNames: typeof transform = (document) => {
  const { schema, url } = withLines(document)
  if (!url.endsWith('/*')) return { schema, url }
  const text = JSON.stringify(schema).replaceAll('"*":', '"doi":').replaceAll('["*"]', '["doi"]')
  return { schema: JSON.parse(text) as typeof schema, url: url.replace(/\*$/, ':doi') }
}

const withComponents = createJsonSchemaTransformObject({ zodToJsonConfig: { override } })

/** Each shape is made as it goes in and as it comes out; most go one way only. */
const transformObject: typeof withComponents = (document) => {
  const made = withComponents(document)
  const schemas = 'components' in made ? (made.components?.schemas ?? {}) : {}
  const text = JSON.stringify(made)
  for (const name of Object.keys(schemas)) {
    if (!text.includes(`"#/components/schemas/${name}"`)) Reflect.deleteProperty(schemas, name)
  }
  for (const operations of Object.values(made.paths ?? {})) {
    for (const operation of Object.values(operations as Record<string, Operation>)) letBodyBeLeftOut(operation)
  }
  return made
}

interface Operation {
  readonly requestBody?: {
    required?: boolean
    readonly content?: Readonly<
      Record<string, { readonly schema?: { readonly anyOf?: ReadonlyArray<{ readonly type?: string }> } }>
    >
  }
}

/** The maker of the document takes every body for required. */
function letBodyBeLeftOut({ requestBody }: Operation): void {
  const schema = requestBody?.content?.['application/json']?.schema
  if (requestBody && schema?.anyOf?.some(({ type }) => type === 'null')) requestBody.required = false
}

/** Before the routes that are to stand in it. */
export async function addOpenApi(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'Made with `zenodo-replicator token create`' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'zenodo-replicator-session',
            description:
              'Of the console; behind TLS its name begins with __Host-. Changes need the header csrf-token too',
          },
        },
      },
    },
    transform: withNames,
    transformObject,
  })
  server.get('/api/v1/openapi.json', { schema: { hide: true } }, () => server.swagger())
}
