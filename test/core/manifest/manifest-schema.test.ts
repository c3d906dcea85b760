import { describe, expect, test } from 'vitest'
import { manifestJsonSchema } from '../../../src/core/manifest/manifest.ts'

describe('the JSON Schema of manifests', () => {
  const schema = manifestJsonSchema()

  test('describes what is written, not what is stored', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:zenodo-replicator:manifest:v1',
      required: ['schema', 'dataset', 'version', 'metadata'],
      additionalProperties: false,
    })
  })

  test('has patterns that any JSON Schema reader can compile', () => {
    const patterns = [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
      JSON.parse(text!),
    )
    expect(patterns.length).toBeGreaterThan(1)
    for (const pattern of patterns) expect(new RegExp(pattern, 'u').test('')).toBe(false)
  })

  test('describes every top-level key', () => {
    const { properties } = schema as { properties: Record<string, { description?: string }> }
    expect(Object.entries(properties).filter(([, part]) => !part.description)).toEqual([])
  })
})
