/** Can a program work with the API from its document alone? */
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { type Api, openApi } from './setup.ts'

describe('the OpenAPI document', () => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi('sqlite'))
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it('is answered to everybody, and is the one in the docs', async () => {
    const { status, body } = await api.call('/openapi.json', { token: null })
    const kept: unknown = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'))
    expect([status, body]).toEqual([200, kept])
  })

  it('is valid OpenAPI 3.1', async () => {
    const { body } = await api.call('/openapi.json', { token: null })
    const { valid, errors } = await new Validator().validate(body)
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined })
    expect(body.openapi).toBe('3.1.0')
  })

  it('says of every route who may call it, and how refusals look', async () => {
    const { body } = await api.call('/openapi.json', { token: null })
    for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Operation>>)) {
      for (const [method, operation] of Object.entries(methods)) {
        expect([path, method, operation.description]).toEqual([
          path,
          method,
          expect.stringMatching(/^Open to the roles /),
        ])
        expect(operation.security).toEqual([{ token: [] }, { session: [] }])
        expect(Object.keys(operation.responses.default!.content)).toEqual(['application/problem+json'])
      }
    }
  })
})

interface Operation {
  readonly description: string
  readonly security: unknown
  readonly responses: Readonly<Record<string, { readonly content: object }>>
}
