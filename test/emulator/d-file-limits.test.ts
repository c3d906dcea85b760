/** Section D of the checklist: where files are refused – limits, published records, records in edit. */
import { once } from 'node:events'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { complete, form, startZenodo, type Zenodo } from './zenodo.ts'

test('7.D 64: the file beyond the limit is refused, replacing one is not', async () => {
  const zenodo = await startZenodo({ settings: { filesPerRecord: 2 } })
  const draft = await zenodo.draft()
  await zenodo.put(draft, 'a', 'x')
  await zenodo.put(draft, 'b', 'x')
  expect((await zenodo.put(draft, 'c', 'x')).data.message).toBe(
    'Uploading selected files will result in exceeding the max amount per record.',
  )
  expect((await zenodo.put(draft, 'b', 'y')).status).toBe(201)
})

test('7.D 64: without other settings the 101st file is refused, by either API', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  await Promise.all(Array.from({ length: 100 }, (_, at) => zenodo.put(draft, `${at}.txt`, 'x')))
  const body = form('100.txt', 'x')
  for (const { data } of [
    await zenodo.put(draft, '100.txt', 'x'),
    await zenodo.call('POST', draft.links.files, { body }),
  ]) {
    const message = 'Uploading selected files will result in exceeding the max amount per record.'
    expect(data).toEqual({ status: 400, message })
  }
  expect((await zenodo.call('GET', draft.links.files)).data).toHaveLength(100)
})

test('4: a multipart or JSON body above its limit is 413', async () => {
  const zenodo = await startZenodo({ settings: { bytesPerBody: 100 } })
  const { links } = await zenodo.draft()
  const body = form('a.txt', 'x'.repeat(100))
  expect((await zenodo.call('POST', links.files, { body })).data.status).toBe(413)
  expect((await zenodo.call('PUT', links.self, { json: { metadata: { title: 'x'.repeat(100) } } })).status).toBe(413)
  expect((await zenodo.put({ links }, 'a.txt', 'x'.repeat(200))).status).toBe(201)
})

test('7.D 65: too large files and too full records are refused', async () => {
  const zenodo = await startZenodo({ settings: { bytesPerFile: 10, bytesPerRecord: 15 } })
  const draft = await zenodo.draft()
  expect((await zenodo.put(draft, 'a', 'x'.repeat(11))).data.message).toBe('Maximum file size exceeded.')
  expect((await zenodo.put(draft, 'a', 'x'.repeat(10))).status).toBe(201)
  expect((await zenodo.put(draft, 'b', 'x'.repeat(6))).data.message).toBe('Bucket quota exceeded.')
  expect((await zenodo.put(draft, 'a', 'x'.repeat(9))).status).toBe(201)
  expect((await zenodo.put(draft, 'b', 'x'.repeat(6))).status).toBe(201)
})

test('7.D 65: the largest size is decided from the announced length, before a byte is sent', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  const headers = {
    authorization: `Bearer ${zenodo.emulator.token}`,
    'content-length': 50_000_000_001,
    expect: '100-continue',
  }
  const answer = await new Promise((resolve, reject) => {
    const outgoing = request(`${links.bucket}/huge.bin`, { method: 'PUT', headers }, async (response) => {
      resolve(JSON.parse((await response.toArray()).join('')))
      outgoing.destroy()
    })
    outgoing.on('continue', () => reject(new Error('was told to go on')))
    outgoing.on('error', reject)
    outgoing.flushHeaders()
  })
  expect(answer).toEqual({ status: 400, message: 'Maximum file size exceeded.' })
})

test('7.D 65: a client that waits for permission to send gets it', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft()
  const headers = { authorization: `Bearer ${zenodo.emulator.token}`, 'content-length': 5, expect: '100-continue' }
  const status = await new Promise((resolve, reject) => {
    const outgoing = request(`${links.bucket}/a.txt`, { method: 'PUT', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    outgoing.on('continue', () => outgoing.end('12345'))
    outgoing.on('error', reject)
    outgoing.flushHeaders()
  })
  expect(status).toBe(201)
})

test('7.D 68: a published record takes no file changes', async () => {
  const zenodo = await startZenodo()
  const { id, draft, files } = await zenodo.published()
  const data = form('new.txt', 'x')
  const deposit = `/api/deposit/depositions/${id}/files`
  expect((await zenodo.call('POST', deposit, { body: data })).status).toBe(404)
  expect((await zenodo.call('DELETE', `${deposit}/${files[0].id}`)).status).toBe(403)
  expect((await zenodo.put(draft, 'data.csv', 'x')).status).toBe(403)
  expect((await zenodo.put(draft, 'new.csv', 'x')).status).toBe(404)
  expect((await zenodo.call('DELETE', `${draft.links.bucket}/absent.csv`)).status).toBe(404)
  expect((await zenodo.call('DELETE', `${draft.links.bucket}/data.csv`)).status).toBe(403)
  expect((await zenodo.call('GET', deposit)).data).toEqual(files)
  expect((await zenodo.call('GET', `${draft.links.bucket}/data.csv`)).text).toBe('a,b\n1,2\n')
})

test.each([
  ['the record was filled', 400, async (zenodo: Zenodo, draft: Draft) => zenodo.put(draft, 'b.txt', 'x')],
  ['the draft was published', 403, async (zenodo: Zenodo, { id }: Draft) => zenodo.act(id, 'publish')],
  ['the draft was deleted', 404, async ({ call }: Zenodo, { links }: Draft) => call('DELETE', links.self)],
])('2.2: an upload is refused at its end when %s meanwhile', async (_, status, meanwhile) => {
  const zenodo = await startZenodo({ settings: { filesPerRecord: 2 } })
  const draft: Draft = await zenodo.draft(complete)
  await zenodo.put(draft, 'a.txt', 'old')
  const name = status === 403 ? 'a.txt' : 'c.txt'
  const upload = beginUpload(zenodo, `${draft.links.bucket}/${name}`)
  const underWay = async () => (await zenodo.call('GET', '/_emulator/requests')).data.requests.at(-1).requestBytes
  await expect.poll(underWay).toBe(5)
  expect((await meanwhile(zenodo, draft)).status).toBeLessThan(300)
  expect((await upload.finish()).status).toBe(status)
  const [record] = (await zenodo.call('GET', '/_emulator/records?deleted=true')).data.records
  expect(record.files.map((one: { filename: string }) => one.filename)).not.toContain('c.txt')
  expect(record.files[0]).toMatchObject({ filename: 'a.txt', filesize: 3 })
})

test('7.D 69: a record in edit has a locked bucket of its own', async () => {
  const zenodo = await startZenodo()
  const { id, draft, files } = await zenodo.published()
  const edit = (await zenodo.act(id, 'edit')).data
  expect(edit.links.bucket).not.toBe(draft.links.bucket)
  const data = form('new.txt', 'x')
  for (const reply of [
    await zenodo.put(edit, 'data.csv', 'x'),
    await zenodo.put(edit, 'new.csv', 'x'),
    await zenodo.call('DELETE', `${edit.links.bucket}/data.csv`),
    await zenodo.call('POST', edit.links.files, { body: data }),
    await zenodo.call('DELETE', `${edit.links.files}/${files[0].id}`),
  ]) {
    expect(reply.data).toEqual({ status: 403, message: 'Bucket is locked for modifications.' })
  }
  expect((await zenodo.call('GET', `${edit.links.bucket}/data.csv`)).text).toBe('a,b\n1,2\n')
  expect((await zenodo.call('GET', edit.links.self)).data.files).toHaveLength(1)
})

test('2.5: with the right to it, files of a record with an external DOI change in edit, and publish takes them over', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.published({ ...complete, doi: '10.1234/ours' })
  const edit = (await zenodo.act(id, 'edit')).data
  expect((await zenodo.put(edit, 'more.csv', 'x')).status).toBe(403)
  await zenodo.set({ externalDoiFiles: 'granted' })
  expect((await zenodo.put(edit, 'more.csv', 'xyz')).status).toBe(201)
  expect((await zenodo.call('DELETE', `${edit.links.bucket}/data.csv`)).status).toBe(204)
  expect((await zenodo.call('GET', links.files)).data.entries.map((one: { key: string }) => one.key)).toEqual([
    'data.csv',
  ])
  const published = (await zenodo.act(id, 'publish')).data
  expect(published.files).toMatchObject([{ filename: 'more.csv', filesize: 3 }])
  expect((await zenodo.call('GET', `${links.bucket}/more.csv`, { token: null })).text).toBe('xyz')
  expect((await zenodo.call('GET', edit.links.bucket)).status).toBe(404)
})

test('7.D 70: the bucket of the draft serves the published file to everybody and leaves other drafts alone', async () => {
  const zenodo = await startZenodo()
  const { draft, id } = await zenodo.published()
  const next = (await zenodo.act(id, 'newversion')).data
  expect((await zenodo.call('GET', `${draft.links.bucket}/data.csv`, { token: null })).text).toBe('a,b\n1,2\n')
  expect((await zenodo.put(next, 'data.csv', 'changed')).status).toBe(201)
  expect((await zenodo.call('GET', `${draft.links.bucket}/data.csv`, { token: null })).text).toBe('a,b\n1,2\n')
  await zenodo.call('DELETE', `/api/deposit/depositions/${next.id}`)
  expect((await zenodo.call('GET', `${draft.links.bucket}/data.csv`, { token: null })).text).toBe('a,b\n1,2\n')
})

test('files of restricted records are for the owner', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.published({ ...complete, access_right: 'restricted' })
  for (const path of [
    `/api/records/${id}/files`,
    `/api/records/${id}/files/data.csv/content`,
    `${links.bucket}/data.csv`,
  ]) {
    expect((await zenodo.call('GET', path, { token: null })).status).toBe(403)
    expect((await zenodo.call('GET', path)).status).toBe(200)
  }
  expect((await zenodo.call('GET', `/api/records/${id}`, { token: null })).data.files).toEqual([])
})

interface Draft {
  readonly id: number
  readonly links: { readonly self: string; readonly bucket: string }
}

/** Sends the first half of ten bytes, and the second when it is told to. */
function beginUpload({ emulator }: Zenodo, url: string): { finish(): Promise<{ status: number | undefined }> } {
  const headers = { authorization: `Bearer ${emulator.token}`, 'content-length': 10 }
  const outgoing = request(url, { method: 'PUT', headers })
  const answered = once(outgoing, 'response')
  outgoing.write('12345')
  return {
    async finish() {
      outgoing.end('67890')
      const [response] = await answered
      response.resume()
      return { status: response.statusCode }
    },
  }
}
