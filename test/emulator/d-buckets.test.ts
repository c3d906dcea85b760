/** Section D of the checklist: the bucket API, with files by name. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { complete, md5, startZenodo, type Zenodo } from './zenodo.ts'

test('7.D 67: links for downloads encode what is special in a name', async () => {
  const zenodo = await startZenodo()
  const { id, draft, files, links } = await zenodo.published(complete, 'my data#1.csv')
  const encoded = 'my%20data%231.csv'
  const { url } = zenodo.emulator
  expect(files[0].links.download).toBe(`${url}/api/records/${id}/draft/files/${encoded}/content`)
  expect((await zenodo.call('GET', draft.links.bucket)).data.contents[0].links.self).toBe(
    `${draft.links.bucket}/${encoded}`,
  )
  const { data: record } = await zenodo.call('GET', links.record)
  expect(record.files[0].links.self).toBe(`${url}/api/records/${id}/files/${encoded}/content`)
})

test('7.D 67: they keep a slash, which a name can have through the records API', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  const files = `/api/records/${id}/draft/files`
  await zenodo.call('POST', files, { json: [{ key: 'project/report draft.pdf' }] })
  await zenodo.call('PUT', `${files}/project/report%20draft.pdf/content`, { body: 'x' })
  expect((await zenodo.call('POST', `${files}/project/report%20draft.pdf/commit`)).status).toBe(200)
  const [file] = (await zenodo.call('GET', links.files)).data
  expect(file.filename).toBe('project/report draft.pdf')
  expect(file.links.download).toBe(`${zenodo.emulator.url}${files}/project/report%20draft.pdf/content`)
  expect((await zenodo.call('GET', file.links.download)).text).toBe('x')
  expect((await zenodo.call('GET', `${links.bucket}/project%2Freport%20draft.pdf`)).status).toBe(404)
})

test('7.D 52: a bucket PUT answers with the object', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const { status, data, headers } = await zenodo.put(draft, 'test data.csv', 'a,b')
  const self = `${draft.links.bucket}/test%20data.csv`
  const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]{15}\+00:00$/)
  expect(status).toBe(201)
  expect(headers).not.toHaveProperty('etag')
  expect(data).toEqual({
    created: time,
    updated: time,
    version_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    key: 'test data.csv',
    size: 3,
    mimetype: 'text/csv',
    checksum: `md5:${md5('a,b')}`,
    is_head: true,
    delete_marker: false,
    links: { self, version: `${self}?version_id=${data.version_id}`, uploads: `${self}?uploads=1` },
  })
  const typeOf = async (name: string) => (await zenodo.put(draft, name, 'x')).data.mimetype
  expect([await typeOf('a.txt'), await typeOf('b'), await typeOf('c.qqq')]).toEqual([
    'text/plain',
    'application/octet-stream',
    'application/octet-stream',
  ])
})

test('7.D 53: a bucket PUT on an existing key replaces the content', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const old = await zenodo.put(draft, 'a.csv', 'old')
  const { status, data } = await zenodo.put(draft, 'a.csv', 'newer')
  expect({ status, size: data.size, checksum: data.checksum }).toEqual({
    status: 201,
    size: 5,
    checksum: `md5:${md5('newer')}`,
  })
  expect(data.version_id).not.toBe(old.data.version_id)
  expect((await zenodo.call('GET', data.links.self)).text).toBe('newer')
  expect((await zenodo.call('GET', draft.links.files)).data).toMatchObject([{ filename: 'a.csv', filesize: 5 }])
})

test('7.D 55: the owner of a draft reads the exact bytes, and nobody else does', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const bytes = randomBytes(300_000)
  const { data } = await zenodo.put(draft, 'a.bin', bytes)
  const response = await request(data.links.self, { headers: { authorization: `Bearer ${zenodo.emulator.token}` } })
  expect(response.statusCode).toBe(200)
  expect(response.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length),
    'content-md5': data.checksum.slice(4),
    etag: `"${data.checksum}"`,
    'content-disposition': expect.stringContaining('attachment'),
    'x-content-type-options': 'nosniff',
  })
  expect(Buffer.from(await response.body.arrayBuffer()).equals(bytes)).toBe(true)
  expect((await zenodo.call('GET', data.links.self, { token: null })).status).toBe(403)
})

test.each([
  ['too large', { bytesPerFile: 3 }, 400],
  ['over the quota', { bytesPerRecord: 3 }, 400],
  ['empty', {}, 400],
])('7.D 54: a PUT that is refused as %s keeps the old file', async (why, settings, status) => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const { data } = await zenodo.put(draft, 'a.txt', 'old')
  await zenodo.set(settings)
  expect((await zenodo.put(draft, 'a.txt', why === 'empty' ? '' : 'newer')).status).toBe(status)
  expect((await zenodo.call('GET', data.links.self)).text).toBe('old')
  expect((await zenodo.call('GET', draft.links.bucket)).data.contents).toEqual([data])
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

test('7.D 56, 57: a bucket DELETE is 204, and reading or deleting an absent file is 404 and names it', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  await zenodo.put({ links }, 'a.txt', 'x')
  expect(await zenodo.call('DELETE', `${links.bucket}/a.txt`)).toMatchObject({ status: 204, text: '' })
  expect((await zenodo.call('GET', links.files)).data).toEqual([])
  for (const method of ['DELETE', 'GET']) {
    const { data } = await zenodo.call(method, `${links.bucket}/a.txt`)
    expect(data).toEqual({ status: 404, message: `Record '${id}' has no file 'a.txt'.` })
  }
  expect((await zenodo.call('GET', links.bucket.replace(/.{4}$/, '0000'))).status).toBe(404)
  expect((await zenodo.call('GET', '/api/files/no-uuid/a.txt')).status).toBe(404)
})

test('7.D 58: the bucket lists its contents', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const list = async () => (await zenodo.call('GET', draft.links.bucket)).data.contents
  expect(await list()).toEqual([])
  const { data: a } = await zenodo.put(draft, 'a.txt', 'x')
  const { data: b } = await zenodo.put(draft, 'b.txt', 'yy')
  expect(await list()).toEqual([a, b])
})

test('7.D 66: names survive a percent-encoded round trip, and a slash leads nowhere', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  const names = ['a b', 'a#b', 'a?b', 'a%b', 'a+b', 'a;b&c=d', 'naïve ünï', '数据 🌼', "o'clock (1)!*.txt", 'a%20b']
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
