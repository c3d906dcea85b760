/** Section F of the checklist: new versions and families. */
import { request } from 'undici'
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const path = (id: number): string => `/api/deposit/depositions/${id}`

test('7.F 88, 89, 90, 92: newversion answers with the new draft and the files of the old version', async () => {
  const zenodo = await startZenodo()
  const old = await zenodo.published({ ...complete, version: '1.0', publication_date: '2020-01-01' })
  const { status, data: next } = await zenodo.act(old.id, 'newversion')
  expect(status).toBe(201)
  expect(next).toMatchObject({
    state: 'unsubmitted',
    submitted: false,
    conceptrecid: old.conceptrecid,
    conceptdoi: old.conceptdoi,
    title: old.title,
  })
  expect(next.id).not.toBe(old.id)
  expect(next).not.toHaveProperty('doi')
  expect(next.metadata).not.toHaveProperty('doi')
  expect(next.metadata).not.toHaveProperty('version')
  expect(next.metadata.publication_date).toBe(new Date().toISOString().slice(0, 10))
  const { filename, filesize, checksum, id } = old.files[0]
  expect(next.files).toMatchObject([{ filename, filesize, checksum, id }])
  expect(next.links.bucket).not.toBe(old.links.bucket)
  expect(next.links.latest_draft).toBe(next.links.self)
  expect((await zenodo.call('GET', next.links.latest_draft)).data).toEqual(next)
  const object = async (bucket: string) => (await zenodo.call('GET', bucket)).data.contents[0]
  const [before, after] = [await object(old.links.bucket), await object(next.links.bucket)]
  expect(after.checksum).toBe(before.checksum)
  expect(after.version_id).not.toBe(before.version_id)
  expect((await zenodo.call('GET', path(old.id))).data.state).toBe('done')
})

test('7.F 92: before May 2026 the publication date was left out, and publishing needed it', async () => {
  const zenodo = await startZenodo({ settings: { newversionPublicationDate: 'absent' } })
  const { id } = await zenodo.published()
  const { data: next } = await zenodo.act(id, 'newversion')
  expect(next.metadata).not.toHaveProperty('publication_date')
  expect((await zenodo.act(next.id, 'publish')).data.errors).toEqual([
    { field: 'metadata.publication_date', messages: ['Missing data for required field.'] },
  ])
})

test('7.F 91, 99: the new draft is changed and published without new metadata, and the concept leads to it', async () => {
  const zenodo = await startZenodo()
  const old = await zenodo.published()
  const { data: next } = await zenodo.act(old.id, 'newversion')
  expect((await zenodo.call('DELETE', `${next.links.files}/${next.files[0].id}`)).status).toBe(204)
  await zenodo.put(next, 'new.csv', 'other')
  const { status, data } = await zenodo.act(next.id, 'publish')
  expect(status).toBe(202)
  expect(data).toMatchObject({ doi: `10.5281/zenodo.${next.id}`, conceptdoi: old.conceptdoi })
  const concept = await request(`${zenodo.emulator.url}/api/records/${old.conceptrecid}`)
  expect({ status: concept.statusCode, location: concept.headers.location }).toEqual({
    status: 302,
    location: `${zenodo.emulator.url}/api/records/${next.id}`,
  })
  await concept.body.dump()
  const latest = await zenodo.call('GET', old.links.latest)
  expect(latest).toMatchObject({ status: 301, data: { location: `${zenodo.emulator.url}/api/records/${next.id}` } })
  expect((await zenodo.call('GET', `/api/records/${old.id}/versions`)).data.hits).toMatchObject({
    total: 2,
    hits: [{ id: next.id }, { id: old.id }],
  })
  expect((await zenodo.call('GET', '/api/records?q=birds')).data.hits.hits).toMatchObject([{ id: next.id }])
  expect((await zenodo.call('GET', `/api/records/${old.id}`)).data.metadata.relations.version[0].is_last).toBe(false)
})

test('7.F 93, 94: a second newversion is refused while the open draft has files, and fills it when it has none', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.published()
  const { data: next } = await zenodo.act(id, 'newversion')
  const refused = await zenodo.act(id, 'newversion')
  expect(refused.status).toBe(400)
  expect((await zenodo.call('GET', path(next.id))).data).toEqual(next)
  expect((await zenodo.call('GET', '/_emulator/records?deleted=true')).data.records).toHaveLength(2)
  expect(refused.data.errors).toEqual([{ field: 'files.enabled', messages: ['Please remove all files first.'] }])
  await zenodo.call('DELETE', `${next.links.bucket}/data.csv`)
  expect(await zenodo.act(id, 'newversion')).toMatchObject({
    status: 201,
    data: { id: next.id, files: [{ filename: 'data.csv' }] },
  })
})

test.each(['DELETE', 'discard'])(
  '7.F 95: after %s of the draft newversion works again under another id',
  async (how) => {
    const zenodo = await startZenodo()
    const { id } = await zenodo.published()
    const { data: next } = await zenodo.act(id, 'newversion')
    if (how === 'DELETE') await zenodo.call('DELETE', path(next.id))
    else await zenodo.act(next.id, 'discard')
    const again = await zenodo.act(id, 'newversion')
    expect(again.status).toBe(201)
    expect(again.data.id).not.toBe(next.id)
    expect(again.data.files).toHaveLength(1)
  },
)

test('7.F 96, 97: drafts and records with an external DOI have no new version', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft()
  expect((await zenodo.act(id, 'newversion')).status).toBe(404)
  expect((await zenodo.call('POST', `/api/records/${id}/versions`)).status).toBe(404)
  const external = await zenodo.published({ ...complete, doi: '10.1234/ours' })
  expect((await zenodo.act(external.id, 'newversion')).data).toEqual({ status: 403, message: 'Permission denied.' })
})

test('7.F 98, 101: newversion on an old version copies the newest one, and old versions do not show the open draft', async () => {
  const zenodo = await startZenodo()
  const first = await zenodo.published()
  const { data: second } = await zenodo.act(first.id, 'newversion')
  await zenodo.put(second, 'second.csv', 'xyz')
  await zenodo.act(second.id, 'publish')
  const { data: third } = await zenodo.act(first.id, 'newversion')
  expect(third.files.map((file: { filename: string }) => file.filename)).toEqual(['data.csv', 'second.csv'])
  const { links } = (await zenodo.call('GET', path(first.id))).data
  expect(links.latest_draft).toBe(`${zenodo.emulator.url}${path(first.id)}`)
})

test('7.F 100: identical files are accepted, unless the old rule is switched on', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.published()
  await zenodo.set({ filesMustDiffer: true })
  await zenodo.act(id, 'edit')
  expect((await zenodo.act(id, 'publish')).status).toBe(202)
  const { data: next } = await zenodo.act(id, 'newversion')
  const { status, data } = await zenodo.act(next.id, 'publish')
  expect({ status, errors: data.errors }).toEqual({
    status: 400,
    errors: [{ code: 10, message: "New version's files must differ from all previous versions." }],
  })
  await zenodo.set({ filesMustDiffer: false })
  expect((await zenodo.act(next.id, 'publish')).status).toBe(202)
})

test('2.2: newversion works while the record is in edit', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.published()
  await zenodo.act(id, 'edit')
  expect((await zenodo.act(id, 'newversion')).status).toBe(201)
  expect((await zenodo.call('GET', path(id))).data.state).toBe('inprogress')
})
