/** What is made of Zenodo's refusals? Each code once, and never a secret in what is told. */
import { expect, test } from 'vitest'
import type { Deposition } from '../../src/core/copy.ts'
import { answering, deposition, depositionJson, failureOf, metadata, remoteFile, setup, token } from './setup.ts'

const html = ['<html>unusual traffic</html>', { 'content-type': 'text/html' }] as const
const denied = { status: 403, message: 'Permission denied.' }

function invalid(...errors: ReadonlyArray<Record<string, unknown>>) {
  return { status: 400, message: 'A validation error occurred.', errors }
}

type Client = ReturnType<typeof setup>['zenodo']
const put = (zenodo: Client, signal: AbortSignal) => zenodo.putMetadata(20000002, metadata, signal)
const publish = (zenodo: Client, signal: AbortSignal) => zenodo.publish(20000002, signal)
const discard = (zenodo: Client, signal: AbortSignal) => zenodo.discard(20000002, signal)
const newVersion = (zenodo: Client, signal: AbortSignal) => zenodo.startNewVersion(20000002, signal)
const probe = (zenodo: Client, signal: AbortSignal) => zenodo.probe(signal)
const removeFrom = (state: Deposition['state']) => (zenodo: Client, signal: AbortSignal) =>
  zenodo.removeFile(deposition({ state }), remoteFile, signal)

const required = { field: 'metadata.title', messages: ['Missing data for required field.'] }
const cases = [
  { code: 'zenodo_refused_metadata', when: 'fields of the metadata', verb: put, answer: [400, invalid(required)] },
  { code: 'zenodo_refused_metadata', when: 'fields at publish', verb: publish, answer: [400, invalid(required)] },
  { code: 'zenodo_refused_metadata', when: 'an unknown id', verb: put, answer: [400, { message: 'Invalid value x.' }] },
  { code: 'zenodo_refused', when: 'a blocked account', verb: publish, answer: [400, { message: 'blocked: spam' }] },
  {
    code: 'verification_failed',
    when: 'no files at publish',
    verb: publish,
    answer: [400, invalid({ field: 'files.enabled', messages: ['Missing uploaded files.'] })],
  },
  {
    code: 'zenodo_files_known',
    when: 'files of an earlier version',
    verb: publish,
    answer: [400, invalid({ code: 10, message: "New version's files must differ from all previous versions." })],
  },
  {
    code: 'zenodo_doi_taken',
    when: 'a DOI of another record',
    verb: publish,
    answer: [400, invalid({ field: 'pids.doi', messages: ['doi:10.5061/dryad.abc already exists.'] })],
  },
  { code: 'zenodo_deposition_missing', when: 'no draft to write to', verb: put, answer: [404, {}] },
  { code: 'zenodo_deposition_missing', when: 'a withdrawn record', verb: put, answer: [410, { tombstone: {} }] },
  { code: 'zenodo_token_refused', when: 'a 401', verb: put, answer: [401, {}] },
  { code: 'zenodo_token_refused', when: 'a forbidden probe', verb: probe, answer: [403, denied] },
  { code: 'zenodo_files_locked', when: 'files of an edit', verb: removeFrom('inprogress'), answer: [403, denied] },
  { code: 'zenodo_files_locked', when: 'files of a record', verb: removeFrom('done'), answer: [403, denied] },
  { code: 'zenodo_unavailable', when: 'a blocking front end', verb: put, answer: [403, ...html] },
  { code: 'zenodo_unavailable', when: 'a gateway time-out', verb: publish, answer: [504, ...html] },
  { code: 'zenodo_unexpected_answer', when: 'a page', verb: put, answer: [200, ...html] },
  { code: 'zenodo_unexpected_answer', when: 'a page instead of a publication', verb: publish, answer: [200, ...html] },
  { code: 'zenodo_unexpected_answer', when: 'a page instead of a deletion', verb: discard, answer: [200, ...html] },
  { code: 'zenodo_unexpected_answer', when: 'another shape', verb: put, answer: [200, { id: 'x' }] },
  { code: 'zenodo_unexpected_answer', when: 'no such list', verb: probe, answer: [404, ...html] },
  { code: 'zenodo_unexpected_answer', when: 'a redirect', verb: put, answer: [301, '', { location: '/elsewhere' }] },
  { code: 'zenodo_refused', when: 'a wrong media type', verb: put, answer: [415, { message: 'Invalid header.' }] },
] as const

test.each(cases)('tells $when as $code', async ({ code, verb, answer }) => {
  answering(answer)
  const { zenodo, signal } = setup({ retries: 0 })
  const failure = await failureOf(Promise.resolve(verb(zenodo, signal)))
  expect(failure).toMatchObject({ code, details: { status: answer[0] } })
  expect(failure.message).toContain(`Zenodo answered ${answer[0]}`)
})

test('names every field in the message and in the details, of today and of older servers', async () => {
  const creators = { field: 'metadata.creators', message: 'Required.' }
  answering([400, invalid(required, creators, { code: 10, message: 'Files must differ.' })])
  const { zenodo, signal } = setup()
  const failure = await failureOf(publish(zenodo, signal))
  expect(failure.message).toBe(
    'Publishing deposition 20000002: Zenodo answered 400: A validation error occurred. ' +
      'metadata.title: Missing data for required field. · metadata.creators: Required. · Files must differ.',
  )
  expect(failure.details.fields).toEqual([
    { field: 'metadata.title', messages: ['Missing data for required field.'] },
    { field: 'metadata.creators', messages: ['Required.'] },
    { field: '', messages: ['Files must differ.'] },
  ])
})

test('asks with the token alone whether a 403 means the deposition or the token', async () => {
  const seen = answering([403, denied], [200, []], [403, denied], [403, denied])
  const { zenodo, signal } = setup()
  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ code: 'zenodo_forbidden', details: { deposition: 1 } })
  expect(await failureOf(zenodo.get(1, signal))).toMatchObject({ code: 'zenodo_token_refused' })
  expect(seen.map(({ url }) => new URL(url).search)).toEqual(['', '?size=1', '', '?size=1'])
})

test('leaves open what a 403 means when Zenodo fails before it could be told apart', async () => {
  answering([403, denied], [503, ''])
  const { zenodo, signal } = setup()
  expect(await failureOf(publish(zenodo, signal))).toMatchObject({
    code: 'zenodo_unavailable',
    details: { verb: 'probe', ambiguous: false },
  })
})

test('says that a record with another DOI cannot have new versions, and when one is open already', async () => {
  const removeFirst = { field: 'files.enabled', messages: ['Please remove all files first.'] }
  answering([403, denied], [200, []], [400, invalid(removeFirst)])
  const { zenodo, signal } = setup()
  const forbidden = await failureOf(newVersion(zenodo, signal))
  expect(forbidden).toMatchObject({ code: 'zenodo_forbidden', message: expect.stringContaining('DOI') })
  const open = await failureOf(newVersion(zenodo, signal))
  expect(open).toMatchObject({ code: 'zenodo_draft_exists' })
})

test.each([
  ['the previous deposition', depositionJson()],
  ['a published deposition', depositionJson({ id: 9, state: 'done' })],
])('does not take %s for a new draft', async (_, answer) => {
  answering([201, answer])
  const { zenodo, signal } = setup()
  expect(await failureOf(newVersion(zenodo, signal))).toMatchObject({
    code: 'zenodo_unexpected_answer',
    details: { ambiguous: true },
  })
})

test.each([
  { verb: 'publish', status: 504, ambiguous: true },
  { verb: 'publish', status: 404, ambiguous: true },
  { verb: 'create', status: 500, ambiguous: true },
  { verb: 'create', status: 400, ambiguous: undefined },
  { verb: 'newVersion', status: 502, ambiguous: true },
  { verb: 'get', status: 503, ambiguous: false },
] as const)('marks $verb answered $status as ambiguous: $ambiguous', async ({ verb, status, ambiguous }) => {
  const seen = answering([status, ''])
  const { zenodo, signal } = setup({ retries: 0 })
  const work = {
    publish: () => publish(zenodo, signal),
    create: () => zenodo.create(metadata, signal),
    newVersion: () => newVersion(zenodo, signal),
    get: () => zenodo.get(1, signal),
  }[verb]
  const failure = await failureOf(work())
  expect(failure.details.ambiguous).toBe(ambiguous)
  expect(seen).toHaveLength(1)
})

test('keeps the ids under which Zenodo finds a failed request', async () => {
  answering([500, { status: 500, message: 'Internal.', error_id: 'abc123' }, { 'x-request-id': 'req-9' }])
  const { zenodo, signal } = setup({ retries: 0 })
  expect((await failureOf(put(zenodo, signal))).details).toEqual({
    verb: 'put_metadata',
    deposition: 20000002,
    status: 500,
    requestId: 'req-9',
    errorId: 'abc123',
    ambiguous: true,
  })
})

test('lets no token and no query string into message, details, cause or events', async () => {
  const leak = `see https://zenodo.test/api/x?access_token=${token}&signature=s3cr3t or Bearer ${token}; ${token}`
  answering([400, { message: leak, errors: [{ field: 'metadata.title', messages: [leak] }] }])
  const { zenodo, signal, events } = setup()
  const failure = await failureOf(put(zenodo, signal))
  const told = JSON.stringify([failure.message, failure.details, String(failure.cause), events])
  expect(told).toContain('see https://zenodo.test/api/x')
  expect(told).not.toContain(token)
  expect(told).not.toContain('s3cr3t')
  expect(told).not.toContain('?access')
})
