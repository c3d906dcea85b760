/** What is the transfer told to send, and what is made of the answer it got? */
import { expect, test } from 'vitest'
import type { UploadAnswer } from '../../src/replication/ports/depositions.ts'
import { deposition, origin, setup, token } from './setup.ts'

const md5 = '66ce05ea43c73b8e33c74c12d0371bc9'
const json = { 'content-type': 'application/json' }
const stored = { key: 'a.txt', size: 7, checksum: `md5:${md5}` }

function answer(status: number, body: unknown, headers: UploadAnswer['headers'] = json): UploadAnswer {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
}

function target(state: 'unsubmitted' | 'inprogress' = 'unsubmitted', name = 'a.txt') {
  const bundle = setup()
  return { ...bundle, target: bundle.zenodo.uploadTarget(deposition({ state }), name, 7) }
}

test('sends bytes to the bucket, with their length and nothing but octets, and the token in a header only', async () => {
  const { target: upload } = target('unsubmitted', 'a b+c#50%.txt')
  expect(upload.url).toBe(`${origin}/api/files/1d2f9a4e-7a0b-4a53-9a3b-2c6a5a3b0e11/a%20b%2Bc%2350%25.txt`)
  expect(upload.headers).toEqual({
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'user-agent': 'zenodo-replicator/test (mailto:nobody@example.org)',
    'content-type': 'application/octet-stream',
    'content-length': '7',
  })
})

test('refuses a name that a bucket cannot hold, and a deposition whose bucket is unknown', async () => {
  const { zenodo } = setup()
  const upload = (name: string, bucketUrl = deposition().bucketUrl) =>
    zenodo.uploadTarget(deposition({ bucketUrl }), name, 7)
  expect(() => upload('folder/a.txt')).toThrow(expect.objectContaining({ code: 'name_not_accepted' }))
  expect(() => upload('a.txt', null)).toThrow(expect.objectContaining({ code: 'internal_error' }))
})

test.each([200, 201])('reads size and md5 from an answer %i', async (status) => {
  const { target: upload, events } = target()
  const accepted = answer(status, { ...stored, size: '7', checksum: `md5:${md5.toUpperCase()}` })
  expect(await upload.accept(accepted, new AbortController().signal)).toEqual({
    size: 7,
    md5,
  })
  expect(events).toMatchObject([{ method: 'PUT', path: new URL(upload.url).pathname, status }])
})

const locked = { message: 'Bucket is locked for modifications.' }
const refusals = [
  ['stored_differently', 201, { key: 'a.txt', size: 7 }],
  ['stored_differently', 201, { ...stored, checksum: md5 }],
  ['stored_differently', 400, { message: 'File is smaller than expected.' }],
  ['zenodo_quota_exceeded', 400, { message: 'Bucket quota exceeded.' }],
  ['zenodo_refused_file', 400, { message: 'Empty files are not accepted.' }],
  ['file_too_large', 400, { message: 'Maximum file size exceeded.' }],
  ['zenodo_refused_file', 413, '<html>'],
  ['name_not_accepted', 400, { message: 'Filename is too long.' }],
  ['too_many_files', 400, { message: 'Uploading selected files will result in exceeding the max amount per record.' }],
  ['zenodo_unavailable', 400, { message: 'The file upload transfer failed, please try again.' }],
  ['zenodo_unavailable', 502, '<html>'],
  ['zenodo_deposition_missing', 404, {}],
  ['zenodo_token_refused', 401, {}],
  ['zenodo_refused', 415, { message: "Invalid 'Content-Type' header." }],
] as const

test.each(refusals)('tells %s from %i %j', async (code, status, body) => {
  const { target: upload } = target()
  await expect(upload.accept(answer(status, body), new AbortController().signal)).rejects.toEqual(
    expect.objectContaining({
      code,
      details: expect.objectContaining({ deposition: 20000002, file: 'a.txt', status }),
    }),
  )
})

test('does not take a page for the answer of a bucket', async () => {
  const { target: upload } = target()
  await expect(
    upload.accept(answer(200, '<html>', { 'content-type': 'text/html' }), new AbortController().signal),
  ).rejects.toEqual(
    expect.objectContaining({ code: 'zenodo_unavailable', details: expect.objectContaining({ ambiguous: true }) }),
  )
})

test('names the missing grant when files of a published record are locked', async () => {
  const { target: upload } = target('inprogress')
  await expect(upload.accept(answer(403, locked), new AbortController().signal)).rejects.toEqual(
    expect.objectContaining({ code: 'zenodo_files_locked', hint: expect.stringContaining('data.doi') }),
  )
})

test('a forbidden write to our own draft is tried again: it passes, or a look at the draft tells why', async () => {
  const { target: upload } = target()
  await expect(
    upload.accept(answer(403, { message: 'Permission denied.' }), new AbortController().signal),
  ).rejects.toEqual(
    expect.objectContaining({ code: 'zenodo_changed', next: 'retry', message: expect.stringContaining('403') }),
  )
})

test('holds the next upload back for as long as a 429 asks', async () => {
  const { target: upload, signal } = target()
  await upload.admit(signal)
  const startedAt = performance.now()
  await expect(
    upload.accept(answer(429, {}, { ...json, 'retry-after': '1' }), new AbortController().signal),
  ).rejects.toEqual(expect.objectContaining({ code: 'zenodo_rate_limited', retryAfterMs: 1000 }))
  await upload.admit(signal)
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
})

test('admits no upload once the lease is not trusted', async () => {
  const refusal = new Error('lost')
  const { zenodo, signal } = setup({
    guard: () => {
      throw refusal
    },
  })
  await expect(zenodo.uploadTarget(deposition(), 'a.txt', 7).admit(signal)).rejects.toBe(refusal)
})
