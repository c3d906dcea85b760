/** What survives a restart when the emulator has a folder, also when it was killed? */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { createEmulator } from '../../src/emulator/server.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { clientOf, complete, startZenodo, type Zenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

afterEach(stopServices)

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

/** Everything that can be seen, with the bytes of every file, and without the address that changes. */
async function everything({ emulator, call }: Zenodo): Promise<unknown> {
  const { records } = (await call('GET', '/_emulator/records?deleted=true')).data
  const { settings } = (await call('GET', '/_emulator/settings')).data
  const own = (await call('GET', `${LIST}?all_versions=1&sort=oldest&size=100`)).data as { id: number }[]
  const found = (await call('GET', '/api/records?all_versions=1&sort=oldest')).data.hits
  const deposits: unknown[] = []
  for (const { id } of own) {
    const { data, headers } = await call('GET', `${LIST}/${id}`)
    const contents = (await call('GET', data.links.bucket)).data.contents as { links: { self: string } }[]
    const bytes = await Promise.all(contents.map(async ({ links }) => (await call('GET', links.self)).text))
    deposits.push({ data, etag: headers.etag, contents, bytes })
  }
  return JSON.parse(
    JSON.stringify({ records, settings, own, found, deposits }).replaceAll(emulator.url, 'http://zenodo'),
  )
}

test('records, drafts, edits, versions, files, users, communities, settings, the token and the ids survive a restart', async () => {
  const dataDir = await newFolder()
  const first = await createEmulator({ dataDir })
  const before = clientOf(first)
  const users = [{ name: 'other', token: 'other' }]
  await before.set({
    filesPerRecord: 5,
    users,
    communities: [{ slug: 'c1' }],
    countDeletedBytes: true,
    bytesPerRecord: 30,
  })
  const record = await before.published({ ...complete, communities: [{ identifier: 'c1' }] })
  await before.act(record.id, 'edit')
  await before.call('PUT', `${LIST}/${record.id}`, { json: { metadata: { ...complete, title: 'In edit' } } })
  const { data: next } = await before.act(record.id, 'newversion')
  await before.put(next, 'second.csv', 'x'.repeat(20))
  await before.put(next, 'second.csv', 'yy')
  const draft = await before.draft({ title: 'Only a draft' })
  const announced = `/api/records/${draft.id}/draft/files`
  await before.call('POST', announced, { json: [{ key: 'announced.csv' }, { key: 'sent.csv' }] })
  await before.call('PUT', `${announced}/sent.csv/content`, { body: 'sent' })
  const deleted = await before.draft({ title: 'Deleted' })
  await before.call('DELETE', deleted.links.self)
  const theirs = await before.draft({ title: 'Theirs' }, { token: 'other' })
  const seen = await everything(before)
  await first.close()

  const after = await startZenodo({ dataDir })
  expect(after.emulator.token).toBe(first.token)
  expect(await everything(after)).toEqual(seen)
  expect((await after.call('GET', LIST, { token: 'other' })).data).toMatchObject([
    { id: theirs.id, owner: theirs.owner },
  ])
  expect((await after.draft()).id).toBe(theirs.id + 2)
  expect((await after.call('GET', announced)).data.entries).toMatchObject([
    { key: 'announced.csv', status: 'pending' },
    { key: 'sent.csv', status: 'pending' },
  ])
  expect((await after.call('POST', `${announced}/sent.csv/commit`)).data).toMatchObject({
    status: 'completed',
    size: 4,
  })
  expect((await after.call('GET', `${announced}/sent.csv/content`)).text).toBe('sent')
  const bucket = next.links.bucket.replace(first.url, after.emulator.url)
  expect((await after.call('PUT', `${bucket}/more.csv`, { body: 'x' })).data.message).toBe('Bucket quota exceeded.')
})

test('an emulator that is killed in the middle of its work has everything that it had answered, and nothing half', async () => {
  const dataDir = await newFolder()
  const { zenodo, kill } = await startProcess(dataDir)
  const record = await zenodo.published()
  const draft = await zenodo.draft({ title: 'Title 0' })
  await zenodo.put(draft, 'kept.txt', 'old content')
  await zenodo.set({ uploadBytesPerSecond: 1, requestsPerMinute: 0 })
  const uploads = ['kept.txt', 'new.txt'].map((name) =>
    zenodo.put(draft, name, 'x'.repeat(1000)).catch(() => undefined),
  )
  const answered = { title: 'Title 0', ids: [record.id, draft.id] }
  const working = work(zenodo, draft.links.self, answered)
  const underWay = async () =>
    (await zenodo.call('GET', '/_emulator/requests')).data.requests.filter(
      (one: { method: string; requestBytes: number }) => one.method === 'PUT' && one.requestBytes === 1000,
    ).length
  await expect.poll(underWay).toBe(2)
  await expect.poll(() => answered.ids.length).toBeGreaterThan(20)
  await kill()
  await Promise.all([...uploads, working])
  await writeFile(join(dataDir, 'blobs', 'kept-but-never-listed'), 'x')

  const after = await startZenodo({ dataDir })
  const { data } = await after.call('GET', `${LIST}/${draft.id}`)
  const attempted = Number(answered.title.slice('Title '.length)) + 1
  expect([answered.title, `Title ${attempted}`]).toContain(data.title)
  expect(data.files).toMatchObject([{ filename: 'kept.txt', filesize: 11 }])
  expect((await after.call('GET', `${data.links.bucket}/kept.txt`)).text).toBe('old content')
  for (const id of answered.ids) expect((await after.call('GET', `${LIST}/${id}`)).status).toBe(200)
  expect((await after.call('GET', `/api/records/${record.id}/files/data.csv/content`)).text).toBe('a,b\n1,2\n')
  expect(await readdir(join(dataDir, 'incoming'))).toEqual([])
  expect(await readdir(join(dataDir, 'blobs'))).toHaveLength(2)
  const known = (await after.call('GET', '/_emulator/records')).data.records.map((one: { id: number }) => one.id)
  expect((await after.draft()).id).toBeGreaterThan(Math.max(...known))
})

test('bytes leave the folder with the last version that lists them, and with reset', async () => {
  const dataDir = await newFolder()
  const zenodo = await startZenodo({ dataDir })
  const blobs = async (): Promise<number> => (await readdir(join(dataDir, 'blobs'))).length
  const { id } = await zenodo.published()
  const { data: next } = await zenodo.act(id, 'newversion')
  expect(await blobs()).toBe(1)
  await zenodo.call('DELETE', `${next.links.bucket}/data.csv`)
  await zenodo.put(next, 'b.csv', 'x')
  expect(await blobs()).toBe(2)
  await zenodo.call('DELETE', `${LIST}/${next.id}`)
  expect(await blobs()).toBe(1)
  const draft = await zenodo.draft()
  const announced = `/api/records/${draft.id}/draft/files`
  await zenodo.call('POST', announced, { json: [{ key: 'sent.csv' }] })
  await zenodo.call('PUT', `${announced}/sent.csv/content`, { body: 'sent' })
  expect(await blobs()).toBe(2)
  await zenodo.call('DELETE', draft.links.self)
  expect(await blobs()).toBe(1)
  await zenodo.emulator.reset()
  expect(await blobs()).toBe(0)
  expect(await readdir(join(dataDir, 'families'))).toEqual([])
  await zenodo.emulator.close()
  expect((await (await startZenodo({ dataDir })).draft()).id).toBeGreaterThan(next.id)
})

/** An emulator in a process of its own. */
async function startProcess(dataDir: string): Promise<{ zenodo: Zenodo; kill(): Promise<unknown> }> {
  const service = startService(['emulator', '--port', '0', '--data', dataDir])
  await service.says(/"url"/)
  const { url, token } = JSON.parse(service.said().stdout)
  const control = { reset: async () => {}, close: async () => {} }
  const kill = (): Promise<unknown> => {
    service.signal('SIGKILL')
    return service.ended()
  }
  return { zenodo: clientOf({ url, token, ...control }), kill }
}

/** Changes a title and creates drafts until the emulator is gone; notes what was answered. */
async function work(zenodo: Zenodo, draft: string, answered: { title: string; ids: number[] }): Promise<void> {
  const rename = async (): Promise<void> => {
    for (let at = 1; ; at += 1) {
      const title = `Title ${at}`
      const { status } = await zenodo.call('PUT', draft, { json: { metadata: { title } } })
      if (status === 200) answered.title = title
    }
  }
  const create = async (): Promise<void> => {
    for (;;) answered.ids.push((await zenodo.draft()).id)
  }
  await Promise.allSettled([rename(), create(), create()])
}
