/** Does every answer of a source, of whatever bytes, come to the right bytes or to a failure with a code? */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import { failureCodes } from '../../src/core/failure-codes.ts'
import { createHeadReader } from '../../src/transfer/plain-head.ts'
import { md5Of, options, setup, sourceFile } from '../transfer/setup.ts'
import { answersOf, anyAnswer } from './any-answer.ts'
import { chance, patience } from './fuzzing.ts'
import { createRawServer, type RawServer } from './raw-server.ts'

let server: RawServer
beforeAll(async () => {
  server = await createRawServer()
})
afterAll(() => server.close())

const body = fc.oneof(
  { weight: 5, arbitrary: fc.constant('abc') },
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', 'ab', 'abcd', '<html>', '3\r\nabc\r\n0\r\n\r\n'),
)

test('a file of three bytes is those bytes, or a failure of its source', { timeout: patience }, async () => {
  const { transfer } = setup({ stallMs: 3000 })
  const outcomes = new Set<string>()
  const judge = async (answers: readonly Buffer[]) => {
    server.answer(answersOf(answers))
    const file = sourceFile({ source: `${server.url}/x?signature=5ecret`, size: 3, checksum: `md5:${md5Of('abc')}` })
    const outcome = await transfer.digest(file, options()).catch((error: unknown) => error)
    if (isFailure(outcome)) {
      outcomes.add(outcome.code)
      expect(failureCodes).toHaveProperty(outcome.code)
      expect(outcome.code).toMatch(/^source_|^transfer_stalled/)
      expect(`${outcome.message} ${JSON.stringify(outcome.details)}`).not.toContain('5ecret')
    } else {
      outcomes.add('bytes')
      expect(outcome).toMatchObject({ md5: md5Of('abc') })
    }
  }
  await fc.assert(fc.asyncProperty(fc.array(anyAnswer(body), { minLength: 1, maxLength: 3 }), judge), chance(500))
  expect([...outcomes]).toEqual(
    expect.arrayContaining([
      'bytes',
      'source_missing',
      'source_unavailable',
      'source_size_differs',
      'source_wrong_type',
    ]),
  )
})

test('any bytes as a head are read, wait for more, or are left to others, and no more of them are kept than a head may have', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
    fc
      .constantFrom('HTTP/1.1 200 OK\r\n', 'X: y\r\n', '\r\n', 'Content-Length: 3\r\n', 'X'.repeat(5000))
      .map((text) => Buffer.from(text)),
  )
  const judge = (pieces: readonly Uint8Array[]) => {
    const read = createHeadReader()
    let taken = 0
    for (const bytes of pieces) {
      const step = read(bytes)
      if (step === 'foreign') return
      if (step !== 'more') {
        expect(step.used).toBeLessThanOrEqual(bytes.length)
        expect(step.head.status).toBeGreaterThanOrEqual(200)
        return
      }
      taken += bytes.length
      expect(taken).toBeLessThan(16 * 1024)
    }
  }
  fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), judge), chance(3000))
})
