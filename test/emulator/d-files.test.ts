/** Section D of the checklist: what both file APIs take, keep and give back. */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startZenodo, type Zenodo } from './zenodo.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function form(name: string, content: string, stored?: string): FormData {
  const data = new FormData()
  data.append('file', new File([content], name))
  if (stored !== undefined) data.append('name', stored)
  return data
}

test('7.D 49, 50, 67: a multipart upload is stored under a secured name, with a bare checksum', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  const { status, data } = await zenodo.call('POST', links.files, { body: form('x', '1, 2, 3', 'my file.csv') })
  expect(status).toBe(201)
  expect(data).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    filename: 'my_file.csv',
    filesize: 7,
    checksum: md5('1, 2, 3'),
    links: {
      self: `${links.files}/${data.id}`,
      download: `${zenodo.emulator.url}/api/records/${id}/draft/files/my_file.csv/content`,
    },
  })
  expect((await zenodo.call('GET', data.links.download)).text).toBe('1, 2, 3')
  const unnamed = await zenodo.call('POST', links.files, { body: form('../étude one.txt', 'x') })
  expect(unnamed.data.filename).toBe('etude_one.txt')
})

test('7.D 51: a multipart upload of an existing name is refused', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  await zenodo.call('POST', links.files, { body: form('a.txt', 'one') })
  const { status, data } = await zenodo.call('POST', links.files, { body: form('a.txt', 'two') })
  expect({ status, message: data.message }).toEqual({ status: 400, message: 'File with key a.txt already exists.' })
  const noFile = new FormData()
  noFile.append('name', 'a.txt')
  expect((await zenodo.call('POST', links.files, { body: noFile })).status).toBe(400)
})

test('7.D 52: a bucket PUT answers with the object', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const { status, data, headers } = await zenodo.put(draft, 'test data.csv', 'a,b')
  const self = `${draft.links.bucket}/test%20data.csv`
  expect(status).toBe(201)
  expect(headers).not.toHaveProperty('etag')
  expect(data).toMatchObject({
    key: 'test data.csv',
    size: 3,
    mimetype: 'text/csv',
    checksum: `md5:${md5('a,b')}`,
    is_head: true,
    delete_marker: false,
    links: { self, version: `${self}?version_id=${data.version_id}`, uploads: `${self}?uploads=1` },
  })
})

test('7.D 53, 55, 59: a bucket PUT on an existing key replaces the content', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a.csv', 'old')
  expect((await zenodo.put(draft, 'a.csv', 'newer')).status).toBe(201)
  const download = await zenodo.call('GET', `${draft.links.bucket}/a.csv`)
  expect(download.text).toBe('newer')
  expect(download.headers).toMatchObject({
    'content-type': 'text/plain',
    'content-length': '5',
    'content-md5': md5('newer'),
    etag: `"md5:${md5('newer')}"`,
    'x-content-type-options': 'nosniff',
  })
  const { data: list } = await zenodo.call('GET', draft.links.files)
  expect(list).toHaveLength(1)
  expect((await zenodo.call('GET', draft.links.self)).data.files).toEqual(list)
  expect((await zenodo.call('GET', `${draft.links.bucket}/a.csv`, { token: null })).status).toBe(403)
})

test.each(['memory', 'folder'])('7.D 54, 63: a PUT cut in the middle keeps the old file (%s)', async (place) => {
  const dataDir = place === 'folder' ? await mkdtemp(join(tmpdir(), 'emulator-')) : undefined
  if (dataDir !== undefined) onTestFinished(() => rm(dataDir, { recursive: true }))
  const zenodo = await startZenodo(dataDir === undefined ? {} : { dataDir })
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a.txt', 'old content')
  await sendHalf(zenodo, `${draft.links.bucket}/a.txt`)
  await sendHalf(zenodo, `${draft.links.bucket}/b.txt`)
  expect((await zenodo.call('GET', `${draft.links.bucket}/a.txt`)).text).toBe('old content')
  expect((await zenodo.call('GET', draft.links.files)).data).toHaveLength(1)
  if (dataDir !== undefined) {
    await expect.poll(() => readdir(`${dataDir}/incoming`)).toEqual([])
    expect(await readdir(`${dataDir}/blobs`)).toHaveLength(1)
  }
})

test('7.D 56, 57, 60: deleting by either API, and absent files', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  await zenodo.put({ links }, 'a.txt', 'x')
  const { data } = await zenodo.call('POST', links.files, { body: form('b.txt', 'y') })
  expect((await zenodo.call('DELETE', `${links.bucket}/a.txt`)).status).toBe(204)
  const again = await zenodo.call('DELETE', `${links.bucket}/a.txt`)
  expect({ status: again.status, message: again.data.message }).toEqual({
    status: 404,
    message: `Record '${id}' has no file 'a.txt'.`,
  })
  expect((await zenodo.call('GET', `${links.files}/${data.id}`)).data.filename).toBe('b.txt')
  expect((await zenodo.call('DELETE', `${links.files}/${data.id}`)).status).toBe(204)
  expect((await zenodo.call('DELETE', `${links.files}/${data.id}`)).status).toBe(404)
  expect((await zenodo.call('GET', links.files)).data).toEqual([])
})

test('7.D 58: the bucket lists its contents', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a.txt', 'x')
  const { data } = await zenodo.call('GET', draft.links.bucket)
  expect(data.contents).toMatchObject([{ key: 'a.txt', size: 1 }])
})

test('7.D 61: sorting and renaming are 405', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.published().then((record) => record.draft)
  expect((await zenodo.call('PUT', links.files, { json: [] })).status).toBe(405)
  expect((await zenodo.call('PUT', `${links.files}/x`, { json: {} })).status).toBe(405)
})

test('7.D 62: empty files are refused by either API', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  for (const reply of [
    await zenodo.put(draft, 'a.txt', ''),
    await zenodo.call('POST', draft.links.files, { body: form('a.txt', '') }),
  ]) {
    expect({ status: reply.status, message: reply.data.message }).toEqual({
      status: 400,
      message: 'Empty files are not accepted.',
    })
  }
})

test('7.D 66: names survive a percent-encoded round trip, and a slash leads nowhere', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const names = ['a b', 'a#b', 'a?b', 'a%b', 'a+b', 'naïve ünï', "o'clock (1)!*.txt", 'a%20b']
  for (const name of names) expect((await zenodo.put(draft, name, name)).data.key).toBe(name)
  for (const name of names) {
    const object = (await zenodo.call('GET', draft.links.bucket)).data.contents.find(
      (one: { key: string }) => one.key === name,
    )
    expect((await zenodo.call('GET', object.links.self)).text).toBe(name)
  }
  expect((await zenodo.put(draft, 'a/b', 'x')).status).toBe(404)
})

test('7.D 71: a name of 256 characters is too long', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  expect((await zenodo.put(draft, 'x'.repeat(255), 'x')).status).toBe(201)
  expect((await zenodo.put(draft, 'x'.repeat(256), 'x')).data.message).toBe('Filename is too long.')
})

/** Announces 100 bytes, sends 10, and hangs up; ends when the emulator has seen it. */
async function sendHalf({ emulator, call }: Zenodo, url: string): Promise<void> {
  const { hostname, port, pathname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    `PUT ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${emulator.token}\r\nContent-Length: 100\r\n\r\n0123456789`,
  )
  const seen = async (): Promise<unknown> => {
    const { data } = await call('GET', '/_emulator/requests')
    return data.requests.findLast((one: { path: string }) => one.path === pathname)
  }
  await expect.poll(seen).toMatchObject({ requestBytes: 10, status: null })
  socket.destroy()
}
