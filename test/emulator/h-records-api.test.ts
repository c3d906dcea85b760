/** Section H of the checklist: the records API of InvenioRDM, beside the deposit API and over the same records. */
import { Readable } from 'node:stream'
import { request } from 'undici'
import { expect, test } from 'vitest'
import { complete, md5, startZenodo, type Zenodo } from './zenodo.ts'

const native = { accept: 'application/vnd.inveniordm.v1+json' }
const body = {
  access: { record: 'public', files: 'public' },
  files: { enabled: true },
  metadata: {
    title: 'A dataset about birds',
    resource_type: { id: 'dataset' },
    publication_date: '2026-11-01',
    publisher: 'Zenodo',
    creators: [
      {
        person_or_org: {
          type: 'personal',
          family_name: 'Doe',
          given_name: 'Jane',
          identifiers: [{ scheme: 'orcid', identifier: '0000-0002-1825-0097' }],
        },
        affiliations: [{ name: 'Zenodo' }],
      },
    ],
    rights: [{ id: 'cc0-1.0' }],
    subjects: [{ subject: 'birds' }],
    related_identifiers: [
      { identifier: '10.1234/x', scheme: 'doi', relation_type: { id: 'cites' }, resource_type: { id: 'dataset' } },
    ],
    additional_descriptions: [{ description: '<p>Notes</p>', type: { id: 'notes' } }],
    locations: { features: [{ place: 'Geneva', geometry: { type: 'Point', coordinates: [6.1, 46.2] } }] },
    dates: [{ date: '2020-01-01/2020-02-01', type: { id: 'collected' } }],
    languages: [{ id: 'eng' }],
  },
  custom_fields: { 'journal:journal': { title: 'Birds' } },
}

function records(zenodo: Zenodo) {
  const call = (method: string, path: string, json?: unknown) =>
    zenodo.call(method, `/api/records${path}`, { headers: native, ...(json === undefined ? {} : { json }) })
  const send = (id: string, key: string, content: string) =>
    zenodo.call('PUT', `/api/records/${id}/draft/files/${encodeURIComponent(key)}/content`, { body: content })
  const upload = async (id: string, key: string, content: string) => {
    await call('POST', `/${id}/draft/files`, [{ key }])
    await send(id, key, content)
    return await call('POST', `/${id}/draft/files/${encodeURIComponent(key)}/commit`)
  }
  const draft = async (json: unknown = body) => (await call('POST', '', json)).data
  const published = async () => {
    const { id } = await draft()
    await upload(id, 'data.csv', 'a,b\n')
    return (await call('POST', `/${id}/draft/actions/publish`)).data
  }
  return { call, send, upload, draft, published }
}

test('7.H 122: a draft of either API is visible in the other', async () => {
  const zenodo = await startZenodo()
  const { call, draft, upload } = records(zenodo)
  const made = await draft()
  await upload(made.id, 'folder/a.csv', 'hello')
  const deposition = await zenodo.call('GET', `/api/deposit/depositions/${made.id}`)
  expect(deposition.data).toMatchObject({
    id: Number(made.id),
    state: 'unsubmitted',
    metadata: {
      title: 'A dataset about birds',
      upload_type: 'dataset',
      creators: [{ name: 'Doe, Jane', affiliation: 'Zenodo', orcid: '0000-0002-1825-0097' }],
      license: 'cc-zero',
      keywords: ['birds'],
      notes: '<p>Notes</p>',
      related_identifiers: [{ identifier: '10.1234/x', relation: 'cites', resource_type: 'dataset', scheme: 'doi' }],
      locations: [{ place: 'Geneva', lon: 6.1, lat: 46.2 }],
      dates: [{ start: '2020-01-01', end: '2020-02-01', type: 'collected' }],
      language: 'eng',
      journal_title: 'Birds',
    },
    files: [{ filename: 'folder/a.csv', checksum: md5('hello') }],
  })
  const legacy = await zenodo.draft({ ...complete, keywords: ['k'] })
  await zenodo.put(legacy, 'b.csv', 'bytes')
  expect((await call('GET', `/${legacy.id}/draft`)).data).toMatchObject({
    id: String(legacy.id),
    parent: { id: legacy.conceptrecid },
    is_draft: true,
    is_published: false,
    metadata: { title: complete.title, resource_type: { id: 'dataset' }, subjects: [{ subject: 'k' }] },
    files: { entries: { 'b.csv': { size: 5, checksum: `md5:${md5('bytes')}` } } },
  })
  const mine = await zenodo.call('GET', '/api/user/records?sort=newest', { headers: native })
  expect(mine.data.hits.hits.map((hit: { id: string }) => hit.id)).toEqual([String(legacy.id), made.id])
  const found = await zenodo.call('GET', `/api/user/records?q=parent.id:%22${made.parent.id}%22`, { headers: native })
  expect(found.data.hits).toMatchObject({ total: 1, hits: [{ id: made.id }] })
  expect((await call('DELETE', `/${made.id}/draft`)).status).toBe(204)
  expect((await zenodo.call('GET', `/api/deposit/depositions/${made.id}`)).status).toBe(404)
})

test('7.H 123: a file comes in three steps, 201, 200, 200, and one that is pending blocks publishing', async () => {
  const zenodo = await startZenodo()
  const { call, draft, send } = records(zenodo)
  const { id } = await draft()
  const init = await call('POST', `/${id}/draft/files`, [{ key: 'a.csv' }])
  expect([init.status, init.data.entries]).toMatchObject([201, [{ key: 'a.csv', status: 'pending' }]])
  expect((await call('POST', `/${id}/draft/files`, [{ key: 'a.csv' }])).data).toMatchObject({
    status: 400,
    message: 'File with key a.csv already exists.',
  })
  const refused = await call('POST', `/${id}/draft/actions/publish`)
  expect([refused.status, refused.data.errors]).toMatchObject([400, [{ field: 'files' }]])
  expect((await zenodo.call('GET', `/api/deposit/depositions/${id}`)).data.files).toEqual([])
  expect((await send(id, 'a.csv', 'first')).status).toBe(200)
  const content = await send(id, 'a.csv', 'second')
  expect([content.status, content.data.status]).toEqual([200, 'pending'])
  const commit = await call('POST', `/${id}/draft/files/a.csv/commit`)
  expect([commit.status, commit.data]).toMatchObject([
    200,
    { status: 'completed', size: 6, checksum: `md5:${md5('second')}` },
  ])
  expect((await call('GET', `/${id}/draft/files/a.csv`)).data).toMatchObject({ status: 'completed' })
  expect((await call('POST', `/${id}/draft/actions/publish`)).status).toBe(202)
  expect((await call('POST', `/${id}/draft/actions/publish`)).status).toBe(404)
})

test('7.H 123: an empty file is refused when it is committed', async () => {
  const zenodo = await startZenodo()
  const { call, draft, upload } = records(zenodo)
  const { id } = await draft()
  const { status, data } = await upload(id, 'empty.csv', '')
  expect([status, data.message]).toEqual([400, 'Empty files are not accepted.'])
  expect((await call('DELETE', `/${id}/draft/files/empty.csv`)).status).toBe(204)
  expect((await call('DELETE', `/${id}/draft/files/empty.csv`)).status).toBe(404)
})

test('7.H 124, 125: a new version is the same each time and has no files until they are imported, once', async () => {
  const zenodo = await startZenodo()
  const { call, published } = records(zenodo)
  const old = await published()
  const first = await call('POST', `/${old.id}/versions`)
  const second = await call('POST', `/${old.id}/versions`)
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.data).toMatchObject({ id: first.data.id, files: { count: 0 }, parent: { id: old.parent.id }, pids: {} })
  const { id } = first.data
  const imported = await call('POST', `/${id}/draft/actions/files-import`)
  expect([imported.status, imported.data.entries]).toMatchObject([201, [{ key: 'data.csv', status: 'completed' }]])
  expect((await call('POST', `/${id}/draft/actions/files-import`)).data).toMatchObject({
    status: 400,
    errors: [{ field: 'files.enabled', messages: ['Please remove all files first.'] }],
  })
  expect((await call('DELETE', `/${id}/draft/files`)).status).toBe(204)
  expect((await call('POST', `/${id}/draft/actions/files-import`)).status).toBe(201)
  const { id: fresh } = (await call('POST', '', body)).data
  expect((await call('POST', `/${fresh}/versions`)).status).toBe(404)
})

test('7.H 126: Zenodo JSON by default, the native one with errors when it is asked for', async () => {
  const zenodo = await startZenodo()
  const wrong = { ...body, metadata: { ...body.metadata, title: 'ab', creators: [] } }
  const plain = await zenodo.call('POST', '/api/records', { json: wrong })
  expect(plain.headers['content-type']).toBe('application/json')
  expect(plain.data).toMatchObject({ recid: expect.any(String), state: 'unsubmitted', status: 'draft' })
  expect(plain.data).not.toHaveProperty('errors')
  const asked = await zenodo.call('PUT', `/api/records/${plain.data.id}/draft`, { json: wrong, headers: native })
  expect(asked.headers['content-type']).toBe(native.accept)
  expect(asked.status).toBe(200)
  const { errors, metadata } = asked.data
  expect(errors).toEqual([
    { field: 'metadata.title', messages: ['Shorter than minimum length 3.'] },
    { field: 'metadata.creators', messages: ['Missing data for required field.'] },
  ])
  expect(metadata).not.toHaveProperty('title')
})

test('7.H 127: a draft is no record, and the concept leads to the newest record', async () => {
  const zenodo = await startZenodo()
  const { call, draft, published } = records(zenodo)
  expect((await call('GET', `/${(await draft()).id}`)).status).toBe(404)
  const record = await published()
  expect((await call('GET', `/${record.id}`)).data).toMatchObject({
    id: record.id,
    is_draft: false,
    is_published: true,
  })
  expect((await call('GET', `/${record.id}/draft`)).status).toBe(404)
  expect((await call('POST', `/${record.id}/draft`)).data).toMatchObject({ is_draft: true, is_published: true })
  const { statusCode, headers } = await request(`${zenodo.emulator.url}/api/records/${record.parent.id}`)
  expect([statusCode, headers.location]).toEqual([302, `${zenodo.emulator.url}/api/records/${record.id}`])
})

test('7.H 128: a DOI is reserved once, kept by a PUT without pids, and cleared by one with none', async () => {
  const zenodo = await startZenodo()
  const { call, draft } = records(zenodo)
  const { id } = await draft()
  const doi = { identifier: `10.5281/zenodo.${id}`, provider: 'datacite', client: 'datacite' }
  const reserved = await call('POST', `/${id}/draft/pids/doi`)
  expect([reserved.status, reserved.data.pids.doi]).toEqual([201, doi])
  expect((await call('POST', `/${id}/draft/pids/doi`)).data.errors).toEqual([
    { field: 'pids.doi', messages: ['A PID already exists for type doi'] },
  ])
  expect((await call('PUT', `/${id}/draft`, body)).data.pids).toEqual({ doi })
  expect((await call('PUT', `/${id}/draft`, { ...body, pids: {} })).data.pids).toEqual({})
  const external = { doi: { identifier: '10.1234/own', provider: 'external' } }
  expect((await call('PUT', `/${id}/draft`, { ...body, pids: external })).data.pids).toEqual(external)
  expect((await call('DELETE', `/${id}/draft/pids/doi`)).data.pids).toEqual({})
})

test('7.H 129: files that nobody names, or that come chunked, are no files to upload', async () => {
  const zenodo = await startZenodo()
  const { call, draft } = records(zenodo)
  const { id } = await draft()
  const none = { status: 400, errors: [{ field: '_schema', messages: ['No files to upload.'] }] }
  expect((await call('POST', `/${id}/draft/files`, [])).data).toMatchObject(none)
  // a stream has no length, so it is sent chunked
  const init = {
    method: 'POST',
    body: Readable.toWeb(Readable.from([Buffer.from(JSON.stringify([{ key: 'a.csv' }]))])) as ReadableStream,
    headers: { authorization: `Bearer ${zenodo.emulator.token}`, 'content-type': 'application/json' },
    duplex: 'half',
  }
  const chunked = await fetch(`${zenodo.emulator.url}/api/records/${id}/draft/files`, init)
  expect(await chunked.json()).toMatchObject(none)
  expect((await call('POST', `/${id}/draft/files`, { key: 'a.csv' })).data.errors).toEqual([
    { field: '0._schema', messages: ['Invalid input type.'] },
  ])
})

test('a repository other than Zenodo has ids of letters and digits, its own DOIs, and no deposit API', async () => {
  const zenodo = await startZenodo({ settings: { repository: 'invenio' } })
  const { call, published } = records(zenodo)
  const { data } = await zenodo.call('POST', '/api/records', { json: body })
  expect(data.id).toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/)
  expect(data.parent.id).not.toBe(data.id)
  expect((await call('GET', `/${data.id}/draft`)).data).toMatchObject({ id: data.id })
  const record = await published()
  expect(record.pids.doi.identifier).toBe(`10.82433/${record.id}`)
  expect((await call('GET', `/${record.parent.id}`)).status).toBe(302)
  expect((await call('GET', '/20000001/draft')).status).toBe(404)
  expect((await zenodo.call('GET', '/api/deposit/depositions')).status).toBe(404)
})
