/** What becomes of a copy whose calls to Zenodo are answered by anything whatever? It is finished, or explained, and nothing is half done. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import { failureCodes } from '../../src/core/failure-codes.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'
import { anyJson } from './any-json.ts'
import { chance, patience } from './fuzzing.ts'

const body = fc.oneof(
  anyJson.map((value) => JSON.stringify(value) ?? ''),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    '{}',
    '[]',
    'null',
    '{',
    '<html>busy</html>',
    '{"status":400,"message":"No.","errors":[{"field":"files"}]}',
  ),
)
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(200, 201, 202, 204) },
  fc.constantFrom(301, 400, 401, 403, 404, 409, 410, 413, 429, 500, 502, 503, 504),
)
const type = fc.constantFrom('application/json', 'text/html', 'application/x')
const fault = fc
  .record({
    match: fc.record({
      path: fc.constantFrom('/api/', '/actions/', '/depositions', '/api/files/', '/depositions/\\d+$'),
    }),
    skip: fc.nat({ max: 6 }),
    times: fc.integer({ min: 1, max: 3 }),
    commit: fc.boolean(),
    status,
    body,
    type,
  })
  .map(({ type, ...one }) => ({
    ...one,
    // the page of a front end that blocks us would be waited out for five minutes
    headers: { 'content-type': one.status === 403 ? 'application/json' : type, 'retry-after': '0' },
  }))

describe.each(['sqlite', 'sqlite by the records API'] as const)('on %s', (kind) => {
  let world: World
  beforeAll(async () => {
    world = await createWorld(kind, { emulator: { requestsPerMinute: 0, searchesPerMinute: 0 } })
  })
  afterAll(() => world.close())

  test('a copy ends finished or explained, and is whole once Zenodo answers as it should', {
    timeout: patience,
  }, async () => {
    let count = 0
    const ends: string[] = []
    const live = async (faults: ReadonlyArray<Parameters<World['zenodo']['fault']>[0]>) => {
      count += 1
      const doi = `10.5061/dryad.fuzz${count}`
      const files = { 'a.R': `one ${count}`, 'b.R': `two ${count}` }
      await world.zenodo.clearFaults()
      for (const one of faults) await world.zenodo.fault(one)
      const copies = await world.enqueue({ doi, software: files, published: true }, 'software', 'software_publish')
      // one that works until nothing is due gives up when the token is refused; the copies wait then
      const given = await world.work().catch((error: unknown) => error)
      expect(given === undefined || isFailure(given, 'zenodo_token_refused')).toBe(true)
      await world.zenodo.clearFaults()
      const ids = [copies.software?.id ?? 0, copies.software_publish?.id ?? 0]
      for (const id of ids) {
        const { state, error, blockedBy } = await world.copy(id)
        ends.push(error?.code ?? state)
        expect(['finished', 'error', 'enqueued']).toContain(state)
        if (state === 'enqueued' && given === undefined) expect(blockedBy).toBe(ids[0])
        if (error === null) continue
        expect(failureCodes).toHaveProperty(error.code)
        expect(error.code, error.message).not.toBe('internal_error')
      }
      await world.app.act('requeue', { filter: { states: ['error'] }, actor: { name: 'fuzz', reason: null } })
      await world.work()
      for (const id of ids) expect(await world.copy(id)).toMatchObject({ state: 'finished', error: null })
      const { depositionId } = await world.copy(ids[1] ?? 0)
      const record = await world.zenodo.record(depositionId)
      expect(record.state).toBe('done')
      expect(held(record)).toEqual(md5s(files))
      const public_ = (await world.zenodo.records()).filter(
        (one) =>
          one.state === 'done' &&
          Object.keys(held(one)).length > 0 &&
          JSON.stringify(held(one)) === JSON.stringify(held(record)),
      )
      expect(public_).toHaveLength(1)
    }
    await fc.assert(fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 3 }), live), {
      ...chance(12),
      endOnFailure: true,
    })
    expect(ends).toContain('finished')
  })
})
