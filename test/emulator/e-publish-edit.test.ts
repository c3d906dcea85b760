/** Section E of the checklist: publishing and editing, and what publish refuses. */
import { expect, test } from 'vitest'
import { complete, startZenodo, type Zenodo } from './zenodo.ts'

const path = (id: number): string => `/api/deposit/depositions/${id}`

const missingFiles = {
  field: 'files.enabled',
  messages: ['Missing uploaded files. To disable files for this record please mark it as metadata-only.'],
}

/** The refusals of publishing a draft with this metadata and one file. */
async function refusals(zenodo: Zenodo, metadata: Record<string, unknown>): Promise<Record<string, string[]>> {
  const draft = await zenodo.draft(metadata)
  await zenodo.put(draft, 'a.txt', 'x')
  const { status, data } = await zenodo.act(draft.id, 'publish')
  expect({ status, message: data.message }).toEqual({ status: 400, message: 'A validation error occurred.' })
  return Object.fromEntries(
    data.errors.map(({ field, messages }: { field: string; messages: string[] }) => [field, messages]),
  )
}

test('7.E 72, 73, 79: publishing keeps the id, gives DOIs, and the record is readable by everybody', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published()
  const { id, conceptrecid } = record
  expect(record).toMatchObject({
    id: record.draft.id,
    state: 'done',
    submitted: true,
    doi: `10.5281/zenodo.${id}`,
    doi_url: `https://doi.org/10.5281/zenodo.${id}`,
    conceptdoi: `10.5281/zenodo.${conceptrecid}`,
  })
  expect(record.links.self).toBe(`${zenodo.emulator.url}/api/records/${id}`)
  const { status, data } = await zenodo.call('GET', record.links.self, { token: null })
  expect(status).toBe(200)
  expect(data).toMatchObject({
    id,
    conceptrecid,
    doi: record.doi,
    conceptdoi: record.conceptdoi,
    metadata: { title: complete.title, resource_type: { type: 'dataset' }, license: { id: 'cc-zero' } },
    files: [{ key: 'data.csv', size: 8, checksum: expect.stringMatching(/^md5:/) }],
  })
  expect((await zenodo.call('GET', data.files[0].links.self, { token: null })).text).toBe('a,b\n1,2\n')
})

test('7.E 74: publish needs files', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft(complete)
  const { status, data } = await zenodo.act(id, 'publish')
  expect({ status, errors: data.errors }).toEqual({ status: 400, errors: [missingFiles] })
  expect((await zenodo.call('GET', path(id))).data.state).toBe('unsubmitted')
})

test('7.E 75, 77: all missing fields are reported together, under the names of InvenioRDM', async () => {
  const zenodo = await startZenodo()
  const errors = await refusals(zenodo, { description: 'x', creators: [], contributors: [{ name: 'A' }] })
  const missing = ['Missing data for required field.']
  expect(errors).toEqual({
    'metadata.title': missing,
    'metadata.creators': missing,
    'metadata.resource_type': missing,
    'metadata.contributors.0.role': missing,
    'metadata.description': ['Shorter than minimum length 3.'],
  })
  const { id } = await zenodo.draft()
  const { data } = await zenodo.act(id, 'publish')
  expect(data.errors.map((one: { field: string }) => one.field).sort()).toEqual(
    'files.enabled metadata.creators metadata.publication_date metadata.publisher metadata.resource_type metadata.title'.split(
      ' ',
    ),
  )
})

test.each([
  ['a title of two characters', { title: 'ab' }, 'metadata.title', 'Shorter than minimum length 3.'],
  ['an impossible date', { publication_date: '2026-02-30' }, 'metadata.publication_date', undefined],
  ['an interval that ends too early', { publication_date: '2026/2025' }, 'metadata.publication_date', undefined],
  [
    'a creator without a name',
    { creators: [{ name: '' }] },
    'metadata.creators.0.person_or_org.family_name',
    undefined,
  ],
  ['a passed embargo', { access_right: 'embargoed', embargo_date: '2020-01-01' }, 'access.embargo.until', undefined],
  ['a DOI that is none', { doi: 'ten.1/x' }, 'pids.doi', 'Invalid DOI'],
  [
    'an ISBN with a wrong digit',
    { imprint_isbn: '978-3-16-148410-1' },
    'custom_fields.imprint:imprint.isbn',
    undefined,
  ],
])('7.E 76: publish refuses %s', async (_, metadata, field, message) => {
  const zenodo = await startZenodo()
  const errors = await refusals(zenodo, { ...complete, ...metadata })
  expect(Object.keys(errors)).toEqual([field])
  if (message !== undefined) expect(errors[field]).toEqual([message])
})

test('3.1: a wrong value is dropped silently at PUT', async () => {
  const zenodo = await startZenodo()
  const { metadata } = await zenodo.draft({ ...complete, title: 'ab', creators: [{ name: 'Doe', orcid: '0000-1' }] })
  expect(metadata).not.toHaveProperty('title')
  expect(metadata.creators).toEqual([{ name: 'Doe', affiliation: null }])
})

test('7.E 78: publishing twice is 404', async () => {
  const zenodo = await startZenodo()
  const { id, draft: _, ...record } = await zenodo.published()
  expect((await zenodo.act(id, 'publish')).status).toBe(404)
  expect((await zenodo.call('GET', path(id))).data).toEqual({ id, ...record })
})

test('7.E 80: edit opens a published record once, and leaves drafts alone', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.published()
  const first = await zenodo.act(id, 'edit')
  expect(first).toMatchObject({ status: 201, data: { state: 'inprogress', submitted: true, id } })
  expect(await zenodo.act(id, 'edit')).toMatchObject({ status: 201, data: first.data })
  const draft = await zenodo.draft()
  const unchanged = await zenodo.act(draft.id, 'edit')
  expect(unchanged.status).toBe(201)
  expect(unchanged.data).toEqual(draft)
  expect((await zenodo.act(1, 'edit')).status).toBe(404)
})

test('7.E 81, 82: an edit changes metadata and nothing else', async () => {
  const zenodo = await startZenodo()
  const { draft: _, ...before } = await zenodo.published()
  await zenodo.act(before.id, 'edit')
  const metadata = { ...complete, title: 'Another title' }
  await zenodo.call('PUT', path(before.id), { json: { metadata } })
  expect((await zenodo.call('GET', before.links.self)).data.title).toBe(before.title)
  const after = (await zenodo.act(before.id, 'publish')).data
  expect(after).toEqual({
    ...before,
    modified: after.modified,
    title: metadata.title,
    metadata: { ...before.metadata, title: metadata.title },
  })
  expect(after.modified > before.modified).toBe(true)
  expect((await zenodo.call('GET', before.links.self)).data.title).toBe('Another title')
  await zenodo.act(before.id, 'edit')
  const again = await zenodo.act(before.id, 'publish')
  expect(again.status).toBe(202)
  expect({ ...again.data, modified: after.modified }).toEqual(after)
})

test('7.E 83, 85: an external DOI belongs to one published record, and has no concept DOI', async () => {
  const zenodo = await startZenodo()
  const metadata = { ...complete, doi: '10.1234/ours' }
  const record = await zenodo.published(metadata)
  expect(record.doi).toBe('10.1234/ours')
  expect(record.metadata.doi).toBe('10.1234/ours')
  const { data: read } = await zenodo.call('GET', record.links.self)
  expect(read).toMatchObject({ doi: '10.1234/ours', metadata: { doi: '10.1234/ours' } })
  for (const answer of [record, read]) expect(answer).not.toHaveProperty('conceptdoi')
  const second = await zenodo.draft()
  expect((await zenodo.call('PUT', path(second.id), { json: { metadata } })).status).toBe(200)
  await zenodo.put(second, 'a.txt', 'x')
  expect((await zenodo.act(second.id, 'publish')).data.errors).toEqual([
    { field: 'pids.doi', messages: ['doi:10.1234/ours already exists.'] },
  ])
  await zenodo.call('PUT', path(second.id), { json: { metadata: { ...complete, doi: '10.1234/other' } } })
  expect((await zenodo.act(second.id, 'publish')).data.doi).toBe('10.1234/other')
})

test("7.E 84: Zenodo's prefix is refused for external DOIs, and for numbers that are not the record's own", async () => {
  const zenodo = await startZenodo()
  expect((await refusals(zenodo, { ...complete, doi: 'https://doi.org/10.5281/zenodo.1' }))['pids.doi']).toEqual([
    "The prefix '10.5281' is managed by Zenodo. Please supply an external DOI or select 'No' to have a DOI generated for you.",
  ])
  expect(await refusals(zenodo, { ...complete, doi: '10.5281/zenodo.1' })).toHaveProperty('pids.doi')
  const own = await zenodo.draft(complete)
  await zenodo.put(own, 'a.txt', 'x')
  await zenodo.call('PUT', path(own.id), { json: { metadata: { ...complete, doi: own.metadata.prereserve_doi.doi } } })
  expect((await zenodo.act(own.id, 'publish')).data.doi).toBe(own.metadata.prereserve_doi.doi)
})

test('7.E 86: a Zenodo DOI cannot change, an external one can', async () => {
  const zenodo = await startZenodo()
  const republish = async (id: number, doi: string): Promise<{ status: number; data: { doi?: string } }> => {
    await zenodo.act(id, 'edit')
    await zenodo.call('PUT', path(id), { json: { metadata: { ...complete, doi } } })
    return zenodo.act(id, 'publish')
  }
  expect((await republish((await zenodo.published()).id, '10.1234/other')).data).toMatchObject({
    errors: [{ field: 'pids.doi', messages: ['Cannot discard a reserved or registered persistent identifier.'] }],
  })
  const external = await zenodo.published({ ...complete, doi: '10.1234/one' })
  expect((await republish(external.id, '10.1234/two')).data.doi).toBe('10.1234/two')
  expect((await zenodo.published({ ...complete, doi: '10.1234/one' })).doi).toBe('10.1234/one')
})

test('7.E 87: own communities are joined at publish, others and unknown ones are ignored', async () => {
  const communities = [{ slug: 'ours' }, { slug: 'theirs', owner: 'other' }]
  const zenodo = await startZenodo({ settings: { communities, users: [{ name: 'other', token: 'other' }] } })
  const asked = ['ours', 'theirs', 'nowhere'].map((identifier) => ({ identifier }))
  const record = await zenodo.published({ ...complete, communities: asked })
  expect(record.draft.metadata.communities).toEqual(asked)
  expect(record).toMatchObject({ state: 'done', metadata: { communities: [{ identifier: 'ours' }] } })
  const { data } = await zenodo.call('GET', record.links.self)
  expect(data.metadata.communities).toEqual([{ id: 'ours' }])
  expect((await zenodo.call('GET', '/api/records?communities=ours')).data.hits.total).toBe(1)
  expect((await zenodo.call('GET', '/api/records?communities=theirs')).data.hits.total).toBe(0)
  await zenodo.act(record.id, 'edit')
  await zenodo.call('PUT', path(record.id), { json: { metadata: complete } })
  expect((await zenodo.act(record.id, 'publish')).data.metadata.communities).toEqual([{ identifier: 'ours' }])
})
