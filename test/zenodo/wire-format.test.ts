/** What goes over the wire for each verb, and what is made of the answers? */
import { expect, test } from 'vitest'
import { answering, deposition, depositionJson, fileJson, metadata, origin, remoteFile, setup, token } from './setup.ts'

const base = `${origin}/api/deposit/depositions`
const draft = deposition()

const verbs = [
  { verb: 'get', method: 'GET', url: `${base}/20000002`, body: '' },
  { verb: 'create', method: 'POST', url: base, body: JSON.stringify({ metadata }) },
  { verb: 'putMetadata', method: 'PUT', url: `${base}/20000002`, body: JSON.stringify({ metadata }) },
  { verb: 'startNewVersion', method: 'POST', url: `${base}/20000001/actions/newversion`, body: '' },
  { verb: 'reopen', method: 'POST', url: `${base}/20000002/actions/edit`, body: '' },
  { verb: 'publish', method: 'POST', url: `${base}/20000002/actions/publish`, body: '' },
  { verb: 'discard', method: 'DELETE', url: `${base}/20000002`, body: '' },
  { verb: 'removeFile', method: 'DELETE', url: `${draft.bucketUrl}/a.txt`, body: '' },
  { verb: 'probe', method: 'GET', url: `${base}?size=1`, body: '' },
] as const

test.each(verbs)(
  'says $verb as $method with the right address, headers and body',
  async ({ verb, method, url, body }) => {
    const seen = answering([200, depositionJson()])
    const { zenodo, signal, events } = setup()
    await {
      get: () => zenodo.get(20000002, signal),
      create: () => zenodo.create(metadata, signal),
      putMetadata: () => zenodo.putMetadata(20000002, metadata, signal),
      startNewVersion: () => zenodo.startNewVersion(20000001, signal),
      reopen: () => zenodo.reopen(20000002, signal),
      publish: () => zenodo.publish(20000002, signal),
      discard: () => zenodo.discard(20000002, signal),
      removeFile: () => zenodo.removeFile(draft, remoteFile, signal),
      probe: () => zenodo.probe(signal),
    }[verb]()
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ method, url, body })
    const headers = seen[0]!.headers
    expect(headers).toMatchObject({
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': 'zenodo-replicator/test (mailto:nobody@example.org)',
    })
    expect(headers['content-type']).toBe(body === '' ? undefined : 'application/json')
    expect(headers['content-length']).toBe(
      method === 'GET' || method === 'DELETE' ? undefined : String(Buffer.byteLength(body)),
    )
    expect(headers).not.toHaveProperty('transfer-encoding')
    expect(headers).not.toHaveProperty('cookie')
    expect(seen[0]!.url).not.toContain(token)
    expect(events).toEqual([
      { kind: 'zenodo.call', method, path: new URL(url).pathname, status: 200, durationMs: expect.any(Number) },
    ])
  },
)

test.each([origin, `${origin}/`, `${origin}/api`, `${origin}/api/`])('finds the API below %s', async (baseUrl) => {
  const seen = answering([200, depositionJson()])
  const { zenodo, signal } = setup({ baseUrl })
  await zenodo.get(20000002, signal)
  expect(seen[0]?.url).toBe(`${base}/20000002`)
})

test('keeps no cookies, as Zenodo would then ask for a CSRF token', async () => {
  const seen = answering([200, depositionJson(), { 'set-cookie': 'csrftoken=abc; Path=/' }])
  const { zenodo, signal } = setup()
  await zenodo.putMetadata(20000002, metadata, signal)
  await zenodo.putMetadata(20000002, metadata, signal)
  expect(seen[1]?.headers).not.toHaveProperty('cookie')
})

test('113: reads JSON with a charset, numbers that come as strings and checksums with or without a prefix', async () => {
  const md5 = '66ce05ea43c73b8e33c74c12d0371bc9'
  answering([
    200,
    depositionJson({
      id: '20000002',
      conceptrecid: 20000001,
      doi: '10.5061/dryad.abc',
      state: 'inprogress',
      submitted: true,
      files: [
        { ...fileJson('a.txt'), filesize: '7' },
        { ...fileJson('b.txt'), checksum: `md5:${md5}` },
      ],
    }),
    { 'content-type': 'application/json; charset=utf-8' },
  ])
  const { zenodo, signal } = setup()
  expect(await zenodo.get(20000002, signal)).toMatchObject({
    id: 20000002,
    conceptRecid: '20000001',
    doi: '10.5061/dryad.abc',
    state: 'inprogress',
    submitted: true,
    htmlUrl: `${origin}/deposit/20000002`,
    bucketUrl: draft.bucketUrl,
    files: [
      { id: 'id-of-a.txt', name: 'a.txt', size: 7, md5 },
      { id: 'id-of-b.txt', name: 'b.txt', size: 7, md5 },
    ],
  })
})

test('takes missing files, links and DOI for none', async () => {
  answering([200, depositionJson({ files: undefined, links: undefined, metadata: undefined })])
  const { zenodo, signal } = setup()
  expect(await zenodo.get(20000002, signal)).toMatchObject({ files: [], metadata: {}, doi: null, bucketUrl: null })
})

test('looks for buckets below its own base address, whatever host the answer names', async () => {
  const seen = answering([200, depositionJson({ links: { bucket: 'https://elsewhere.test/api/files/b-1?x=1' } })])
  const { zenodo, signal } = setup()
  const read = await zenodo.get(20000002, signal)
  expect(read?.bucketUrl).toBe(`${origin}/api/files/b-1`)
  expect(seen).toHaveLength(1)
})

test('113: takes a 204 without body as done, also when it claims to be JSON', async () => {
  answering([204, '', { 'content-type': 'application/json' }])
  const { zenodo, signal } = setup()
  await zenodo.discard(20000002, signal)
  await zenodo.removeFile(draft, remoteFile, signal)
})

test('takes 404 as no deposition on reading, and as done on discarding and removing', async () => {
  answering([404, { status: 404, message: 'Not found.' }])
  const { zenodo, signal } = setup()
  expect(await zenodo.get(1, signal)).toBeNull()
  expect(await zenodo.discard(1, signal)).toBeUndefined()
  expect(await zenodo.removeFile(draft, remoteFile, signal)).toBeUndefined()
})

test('reads the open draft of a concept by its id, as rows of a list have no bucket', async () => {
  const seen = answering([200, [depositionJson({ id: 9, links: {} })]], [200, depositionJson({ id: 9 })])
  const { zenodo, signal } = setup()
  expect(await zenodo.findOpenDraft('20000001', signal)).toMatchObject({ id: 9, bucketUrl: draft.bucketUrl })
  expect(seen.map(({ url }) => url)).toEqual([`${base}?q=conceptrecid%3A20000001&sort=newest&size=100`, `${base}/9`])
})

test.each([
  ['the index shows a published row', [200, [depositionJson({ state: 'done' })]]],
  ['the index shows nothing', [200, []]],
] as const)('finds no open draft when %s', async (_, answer) => {
  answering(answer)
  const { zenodo, signal } = setup()
  expect(await zenodo.findOpenDraft('20000001', signal)).toBeNull()
})

test('finds no open draft when the index still shows one that has been published or deleted', async () => {
  answering([200, [depositionJson()]], [200, depositionJson({ state: 'done' })], [200, [depositionJson()]], [404, {}])
  const { zenodo, signal } = setup()
  expect(await zenodo.findOpenDraft('20000001', signal)).toBeNull()
  expect(await zenodo.findOpenDraft('20000001', signal)).toBeNull()
})

test('follows a redirect of a read within the same server, and no other', async () => {
  const seen = answering([302, '', { location: '/api/deposit/depositions/7' }], [200, depositionJson({ id: 7 })])
  const { zenodo, signal } = setup()
  expect(await zenodo.get(6, signal)).toMatchObject({ id: 7 })
  expect(seen.map(({ url }) => url)).toEqual([`${base}/6`, `${base}/7`])
})

test('refuses a base address or token that no request could be made with, and does not repeat it', () => {
  expect(() => setup({ baseUrl: 'zenodo.org' })).toThrow(expect.objectContaining({ code: 'config_invalid' }))
  expect(() => setup({ token: 'not a\ntoken' })).toThrow(
    expect.objectContaining({ code: 'config_invalid', message: expect.not.stringContaining('not a') }),
  )
})
