/** Does every answer of Zenodo, of whatever bytes, come to a value or to a failure with a code, and none to a crash or a hang? */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import { failureCodes } from '../../src/core/failure-codes.ts'
import { createDepositions } from '../../src/zenodo/client.ts'
import { createRecords } from '../../src/zenodo/records/client.ts'
import { all, deposition, depositionJson, fileJson, remoteFile, setup, token } from '../zenodo/setup.ts'
import { answersOf, anyAnswer } from './any-answer.ts'
import { anyJson, mutated } from './any-json.ts'
import { chance, patience } from './fuzzing.ts'
import { createRawServer, type RawServer } from './raw-server.ts'

const record = {
  id: 'abcde-12345',
  created: '2026-08-21T09:12:33.123456+00:00',
  updated: '2026-08-21T09:12:33.223456+00:00',
  is_draft: true,
  is_published: false,
  parent: { id: 'xyzxy-12345' },
  pids: { doi: { identifier: '10.5281/zenodo.1', provider: 'datacite' } },
  metadata: {
    title: 'T',
    resource_type: { id: 'image-photo' },
    creators: [{ person_or_org: { name: 'D' } }],
    subjects: [{ subject: 'x' }],
  },
  links: { self_html: 'https://zenodo.test/uploads/1' },
}
const refusal = {
  status: 400,
  message: 'No.',
  errors: [{ field: 'metadata.title', messages: ['Missing.'] }],
  error_id: 'x',
}
const shapes = [
  depositionJson({ files: [fileJson('a.txt')], doi: '10.5281/zenodo.1' }),
  [depositionJson()],
  { key: 'a.txt', size: 7, checksum: `md5:${remoteFile.md5}`, status: 'completed', file_id: 'f' },
  record,
  { hits: { hits: [record], total: 1 } },
  { entries: [{ key: 'a.txt', size: 7, checksum: `md5:${remoteFile.md5}`, status: 'completed', file_id: 'f' }] },
  refusal,
]
const echo = JSON.stringify({ ...refusal, message: token, errors: [{ field: token, messages: [token] }], id: token })
const body = fc.oneof(
  { weight: 8, arbitrary: fc.oneof(...shapes.map(mutated)).map((value) => JSON.stringify(value) ?? '') },
  anyJson.map((value) => JSON.stringify(value) ?? ''),
  fc.string({ unit: 'binary', maxLength: 100 }),
  fc.constantFrom('', '<html>', '{', echo, '\uFEFF{}'),
)

const verbs = ['get', 'create', 'ownDrafts', 'startNewVersion', 'findOpenDraft', 'findNewestRecord', 'findByDoi', 'reopen', 'putMetadata', 'removeFile', 'publish', 'joinCommunities', 'discard', 'probe', 'accept'] as const // biome-ignore format: a list of words
type Zenodo = ReturnType<typeof createDepositions>

function call(zenodo: Zenodo, verb: (typeof verbs)[number], signal: AbortSignal): Promise<unknown> {
  const metadata = { upload_type: 'dataset', title: 'T', doi: '10.5072/x', communities: [{ identifier: 'c' }] } as never
  switch (verb) {
    case 'ownDrafts':
      return all(zenodo.ownDrafts('2026-01-01T00:00:00.000Z', signal))
    case 'create':
      return zenodo.create(metadata, signal)
    case 'putMetadata':
      return zenodo.putMetadata(1, metadata, signal)
    case 'findOpenDraft':
    case 'findNewestRecord':
      return zenodo[verb]('20000001', signal)
    case 'findByDoi':
      return zenodo.findByDoi('10.5072/x"', signal)
    case 'removeFile':
      return zenodo.removeFile(deposition({ bucketUrl: `${server.url}/api/files/b` }), remoteFile, signal)
    case 'joinCommunities':
      return zenodo.joinCommunities(1, ['c'], signal)
    case 'probe':
      return zenodo.probe(signal)
    case 'accept':
      return zenodo.uploadTarget(deposition(), 'a.txt', 7).accept(answerNow, signal)
    default:
      return zenodo[verb](1, signal)
  }
}

let answerNow = { status: 200, headers: {}, body: '' }
let server: RawServer
beforeAll(async () => {
  server = await createRawServer()
})
afterAll(() => server.close())

describe.each([
  ['deposit', createDepositions],
  ['records', (options: Parameters<typeof createDepositions>[0]) => createRecords({ ...options, publisher: 'Z' })],
] as const)('by the %s API', (_, create) => {
  test('any answer comes to a value or a failure with a code', { timeout: patience }, async () => {
    const { zenodo, signal } = setup(
      { baseUrl: server.url, retries: 1, retryBaseMs: 0, requestsPerMinute: 1e9, requestsPerHour: 1e9 },
      create as never,
    )
    let values = 0
    const judge = async (verb: (typeof verbs)[number], answers: readonly Buffer[], status: number, text: string) => {
      server.answer(answersOf(answers))
      answerNow = {
        status,
        headers: { 'content-type': 'application/json', 'x-request-id': token, 'retry-after': '0' },
        body: text,
      }
      const outcome = await call(zenodo, verb, signal).then(
        () => 'value',
        (error: unknown) => error,
      )
      if (outcome === 'value') values += 1
      else {
        expect(isFailure(outcome), String(outcome)).toBe(true)
        if (!isFailure(outcome)) return
        expect(failureCodes).toHaveProperty(outcome.code)
        expect(outcome.code).not.toBe('internal_error')
        expect(outcome.message.length).toBeLessThanOrEqual(2000)
        expect(`${outcome.message} ${JSON.stringify(outcome.details)}`).not.toContain(token)
      }
    }
    const answers = fc.array(anyAnswer(body), { minLength: 1, maxLength: 3 })
    const statuses = fc.constantFrom(200, 201, 400, 403, 404, 429, 500)
    await fc.assert(fc.asyncProperty(fc.constantFrom(...verbs), answers, statuses, body, judge), chance(400))
    expect(values).toBeGreaterThan(20)
  })
})
