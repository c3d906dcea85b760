/** What do the log, the record list, the settings and reset tell and do? */
import { expect, test } from 'vitest'
import { createEmulator } from '../../src/emulator/server.ts'
import { clientOf, complete, startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

test('the log shows requests oldest first, with the token hidden everywhere, and nothing of the control interface', async () => {
  const zenodo = await startZenodo()
  const { token } = zenodo.emulator
  await zenodo.call('POST', LIST, { json: {} })
  await zenodo.call('GET', `${LIST}?access_token=${token}&q=x`, { headers: { cookie: 'secret=1' }, token: null })
  await zenodo.call('GET', LIST, { token: null })
  const { text, data } = await zenodo.call('GET', '/_emulator/requests')
  expect(text).not.toContain(token)
  expect(text).not.toContain('secret=1')
  expect(data.requests).toMatchObject([
    { method: 'POST', path: LIST, status: 201, requestBytes: 2, user: 'owner' },
    { method: 'GET', path: `${LIST}?access_token=***&q=x`, status: 200, user: 'owner' },
    { method: 'GET', path: LIST, status: 403, user: null },
  ])
  expect(Object.keys(data.requests[0]).sort()).toEqual(
    'address durationMs headers method path requestBytes responseBytes startedAt status user'.split(' '),
  )
  expect(data.requests[0].responseBytes).toBeGreaterThan(100)
  expect((await zenodo.call('DELETE', '/_emulator/requests')).status).toBe(204)
  expect((await zenodo.call('GET', '/_emulator/requests')).data.requests).toEqual([])
})

test('the record list has drafts, edits and published versions, and deleted ones on request', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published()
  await zenodo.act(record.id, 'edit')
  const gone = await zenodo.draft({ title: 'gone' })
  await zenodo.call('DELETE', `${LIST}/${gone.id}`)
  const records = async (query = ''): Promise<unknown[]> =>
    (await zenodo.call('GET', `/_emulator/records${query}`)).data.records
  const published = {
    id: record.id,
    conceptrecid: record.conceptrecid,
    submitted: true,
    doi: record.doi,
    conceptdoi: record.conceptdoi,
    owner: record.owner,
    metadata: record.metadata,
    files: [{ filename: 'data.csv', filesize: 8, checksum: record.files[0].checksum }],
  }
  const both = [
    { ...published, state: 'done' },
    { ...published, state: 'inprogress' },
  ]
  expect(await records()).toEqual(both)
  expect(await records('?deleted=true')).toMatchObject([...both, { id: gone.id, state: 'deleted', doi: null }])
})

test('unknown settings and bad values are refused with the accepted names, also at the start', async () => {
  const zenodo = await startZenodo()
  for (const json of [{ indexLag: 1 }, { filesPerRecord: -1 }]) {
    const { status, data } = await zenodo.call('POST', '/_emulator/settings', { json })
    expect(status).toBe(400)
    expect(data.message).toContain(Object.keys(json)[0])
    expect(data.message).toContain('indexLagSeconds')
  }
  await expect(createEmulator({ settings: { nonsense: true } as never })).rejects.toThrow('nonsense')
})

test('reset forgets records, faults, log, users and settings, and ids go on counting', async () => {
  const zenodo = await startZenodo({ settings: { filesPerRecord: 7 } })
  const draft = await zenodo.draft()
  await zenodo.set({ users: [{ name: 'other', token: 'other' }], filesPerRecord: 1 })
  await zenodo.call('POST', '/_emulator/faults', { json: { status: 503, times: 0 } })
  expect((await zenodo.call('POST', '/_emulator/reset')).status).toBe(204)
  expect((await zenodo.call('GET', '/_emulator/requests')).data.requests).toEqual([])
  expect((await zenodo.call('GET', LIST, { token: 'other' })).status).toBe(403)
  expect((await zenodo.call('GET', LIST)).data).toEqual([])
  expect((await zenodo.call('GET', '/_emulator/settings')).data.settings).toMatchObject({
    filesPerRecord: 7,
    users: [],
  })
  expect((await zenodo.draft()).id).toBeGreaterThan(draft.id)
})

test('users have their own deposits', async () => {
  const zenodo = await startZenodo({ settings: { users: [{ name: 'other', token: 'other' }] } })
  await zenodo.draft({ title: 'mine' })
  const theirs = await zenodo.draft({ title: 'theirs' }, { token: 'other' })
  const { data } = await zenodo.call('GET', LIST, { token: 'other' })
  expect(data).toMatchObject([{ id: theirs.id, title: 'theirs', owner: theirs.owner }])
})

test.each([
  ['7.D 56: bucket DELETE answers 500 although the file is gone', { bucketDeleteFails: true }, 'DELETE', '/a.txt', 500],
  ['7.D 58: the list of a bucket answers 500', { bucketListFails: true }, 'GET', '', 500],
  ['7.D 57: reading an absent file is 403', { missingKeyStatus: 403 }, 'GET', '/absent.txt', 403],
  ['7.D 57: deleting an absent file is 403', { missingKeyStatus: 403 }, 'DELETE', '/absent.txt', 403],
])('%s, as before the fixes of 2026', async (_, settings, method, key, status) => {
  const zenodo = await startZenodo()
  await zenodo.set(settings)
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a.txt', 'x')
  expect((await zenodo.call(method, `${draft.links.bucket}${key}`)).data.status).toBe(status)
  const left = key === '/a.txt' ? [] : [{ filename: 'a.txt' }]
  expect((await zenodo.call('GET', draft.links.files)).data).toMatchObject(left)
})

test('the first write to the bucket of a new version is refused once while flip403 is on', async () => {
  const zenodo = await startZenodo({ settings: { flip403: true } })
  const { id } = await zenodo.published()
  const { data: next } = await zenodo.act(id, 'newversion')
  expect((await zenodo.call('DELETE', `${next.links.bucket}/data.csv`)).data.message).toBe('Permission denied.')
  expect((await zenodo.call('DELETE', `${next.links.bucket}/data.csv`)).status).toBe(204)
  expect((await zenodo.put(next, 'b.txt', 'x')).status).toBe(201)
})

test('a blocked account cannot publish, and is told so without a list of errors', async () => {
  const zenodo = await startZenodo({ settings: { accountBlocked: true } })
  const draft = await zenodo.draft(complete)
  await zenodo.put(draft, 'a.txt', 'x')
  const { status, data } = await zenodo.act(draft.id, 'publish')
  expect(status).toBe(400)
  expect(data).not.toHaveProperty('errors')
  expect(data.message).toContain('spam')
})

test('deleted bytes go on counting when they are told to', async () => {
  const zenodo = await startZenodo({ settings: { countDeletedBytes: true, bytesPerRecord: 10 } })
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a.txt', '123456')
  expect((await zenodo.put(draft, 'a.txt', '12345')).data.message).toBe('Bucket quota exceeded.')
})

test('links lead to pages that a person can read', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published({ ...complete, title: 'Birds <b>& bees</b>' })
  const page = await zenodo.call('GET', record.links.html, { token: null, headers: { accept: 'text/html' } })
  expect(page.headers['content-type']).toContain('text/html')
  for (const text of ['Birds &lt;b&gt;&amp; bees&lt;/b&gt;', record.doi, 'data.csv']) expect(page.text).toContain(text)
  expect((await zenodo.call('GET', record.draft.links.html)).status).toBe(200)
  expect((await zenodo.call('GET', '/')).text).toContain(`/records/${record.id}`)
})

test('closing the emulator ends slow uploads instead of waiting for them', async () => {
  const emulator = await createEmulator({ settings: { uploadBytesPerSecond: 1 } })
  const zenodo = clientOf(emulator)
  const draft = await zenodo.draft()
  const upload = zenodo.put(draft, 'a.txt', 'x'.repeat(3600))
  const underWay = async (): Promise<number> =>
    (await zenodo.call('GET', '/_emulator/requests')).data.requests.at(-1).requestBytes
  await expect.poll(underWay).toBe(3600)
  await Promise.all([expect(upload).rejects.toThrow(), emulator.close()])
})
