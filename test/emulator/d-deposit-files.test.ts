/** Section D of the checklist: the old files API, with multipart uploads and file ids. */
import { expect, test } from 'vitest'
import { complete, form, md5, startZenodo } from './zenodo.ts'

test('7.D 49: a multipart upload, with or without a name, is answered with the file and its bare checksum', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  const named = await zenodo.call('POST', links.files, { body: form('x', '1, 2, 3', 'data.csv') })
  const unnamed = await zenodo.call('POST', links.files, { body: form('more.csv', '4, 5') })
  for (const [reply, filename, content] of [
    [named, 'data.csv', '1, 2, 3'],
    [unnamed, 'more.csv', '4, 5'],
  ] as const) {
    expect(reply.status).toBe(201)
    expect(reply.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      filename,
      filesize: content.length,
      checksum: md5(content),
      links: {
        self: `${links.files}/${reply.data.id}`,
        download: `${zenodo.emulator.url}/api/records/${id}/draft/files/${filename}/content`,
      },
    })
    expect((await zenodo.call('GET', reply.data.links.self)).data).toEqual(reply.data)
    expect((await zenodo.call('GET', reply.data.links.download)).text).toBe(content)
  }
})

test.each([
  ['my file.txt', 'my_file.txt'],
  ['../étude one.txt', 'etude_one.txt'],
  ['.hidden', 'hidden'],
  ['a/b.txt', 'a_b.txt'],
])('7.D 50: the multipart API stores %s as %s', async (given, stored) => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  expect((await zenodo.call('POST', links.files, { body: form('x', '1', given) })).data.filename).toBe(stored)
})

test('7.D 51: a multipart upload of an existing name is refused', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  await zenodo.call('POST', links.files, { body: form('a.txt', 'one') })
  const { status, data } = await zenodo.call('POST', links.files, { body: form('a.txt', 'two') })
  expect({ status, message: data.message }).toEqual({ status: 400, message: 'File with key a.txt already exists.' })
  expect((await zenodo.call('GET', `${links.bucket}/a.txt`)).text).toBe('one')
})

test('1.11: a multipart upload without the part file, or in another type, is 400', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  const noFile = new FormData()
  noFile.append('name', 'a.txt')
  expect((await zenodo.call('POST', links.files, { body: noFile })).status).toBe(400)
  expect((await zenodo.call('POST', links.files, { json: { name: 'a.txt' } })).status).toBe(400)
})

test('7.D 59: both lists of files agree, as a draft and published', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft(complete)
  const lists = async () => [
    (await zenodo.call('GET', `/api/deposit/depositions/${id}/files`)).data,
    (await zenodo.call('GET', `/api/deposit/depositions/${id}`)).data.files,
  ]
  expect(await lists()).toEqual([[], []])
  await zenodo.put({ links }, 'a.txt', 'a')
  await zenodo.call('POST', links.files, { body: form('b.txt', 'bb') })
  for (const when of ['draft', 'published']) {
    const [list, files] = await lists()
    expect({ when, list }).toMatchObject({ list: [{ filename: 'a.txt' }, { filename: 'b.txt', filesize: 2 }] })
    expect(files).toEqual(list)
    await zenodo.act(id, 'publish')
  }
})

test('7.D 60: deleting by file id is 204, and 404 afterwards', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  const { data } = await zenodo.call('POST', links.files, { body: form('a.txt', 'x') })
  await zenodo.put({ links }, 'b.txt', 'y')
  expect((await zenodo.call('DELETE', data.links.self)).status).toBe(204)
  for (const method of ['DELETE', 'GET']) expect((await zenodo.call(method, data.links.self)).status).toBe(404)
  expect((await zenodo.call('GET', links.files)).data).toMatchObject([{ filename: 'b.txt' }])
})

test('7.D 61: sorting and renaming are 405 in every state', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft(complete)
  const { data: file } = await zenodo.call('POST', links.files, { body: form('a.txt', 'x') })
  for (const action of [undefined, 'publish', 'edit'] as const) {
    if (action) await zenodo.act(id, action)
    const sort = await zenodo.call('PUT', links.files, { json: [{ id: file.id }] })
    const rename = await zenodo.call('PUT', file.links.self, { json: { filename: 'b.txt' } })
    expect({ action, sort: sort.status, rename: rename.status }).toEqual({ action, sort: 405, rename: 405 })
  }
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
