/** Section B of the checklist, first part: what is created, and what is read back. */
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

test('7.B 23, 26, 27: a new deposit is exactly what Zenodo answers', async () => {
  const zenodo = await startZenodo()
  const { status, data } = await zenodo.call('POST', LIST, { json: {} })
  const { id, owner, links } = data
  const { url } = zenodo.emulator
  const deposit = `${url}${LIST}/${id}`
  const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}\+00:00$/)
  expect(status).toBe(201)
  expect([Number.isInteger(id), Number.isInteger(owner)]).toEqual([true, true])
  expect(data).toEqual({
    created: time,
    modified: time,
    id,
    record_id: id,
    conceptrecid: String(id - 1),
    owner,
    title: '',
    state: 'unsubmitted',
    submitted: false,
    files: [],
    metadata: { access_right: 'open', prereserve_doi: { doi: `10.5281/zenodo.${id}`, recid: id } },
    links: {
      self: deposit,
      html: `${url}/deposit/${id}`,
      badge: `${url}/badge/doi/.svg`,
      files: `${deposit}/files`,
      bucket: expect.stringMatching(/\/api\/files\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      latest_draft: deposit,
      latest_draft_html: `${url}/deposit/${id}`,
      publish: `${deposit}/actions/publish`,
      edit: `${deposit}/actions/edit`,
      discard: `${deposit}/actions/discard`,
      newversion: `${deposit}/actions/newversion`,
    },
  })
  expect((await zenodo.call('GET', links.self)).data).toEqual(data)
})

test('7.B 27: what is published has more links, and an edit leads to itself again', async () => {
  const zenodo = await startZenodo()
  const { id, doi, conceptdoi, links, draft } = await zenodo.published()
  const { url } = zenodo.emulator
  const records = {
    record: `${url}/api/records/${id}`,
    record_html: `${url}/records/${id}`,
    latest: `${url}/api/records/${id}/versions/latest`,
    latest_html: `${url}/records/${id}/latest`,
  }
  expect(links).toEqual({
    ...draft.links,
    ...records,
    self: records.record,
    html: records.record_html,
    files: `${records.record}/files`,
    doi: `https://doi.org/${doi}`,
    badge: `${url}/badge/doi/${encodeURIComponent(doi)}.svg`,
    parent_doi: `${url}/doi/${conceptdoi}`,
    conceptbadge: `${url}/badge/doi/${encodeURIComponent(conceptdoi)}.svg`,
  })
  const { data: edit } = await zenodo.act(id, 'edit')
  expect(edit.links).toEqual({
    ...draft.links,
    ...records,
    bucket: edit.links.bucket,
    doi: links.doi,
    badge: links.badge,
  })
})

test('7.B 24: prereserve_doi is in every answer', async () => {
  const zenodo = await startZenodo()
  const { id, draft, ...record } = await zenodo.published()
  const edit = (await zenodo.act(id, 'edit')).data
  const put = await zenodo.call('PUT', edit.links.self, { json: { metadata: complete } })
  const [row] = (await zenodo.call('GET', LIST)).data
  for (const { metadata } of [draft, record, edit, put.data, row, (await zenodo.call('GET', edit.links.self)).data]) {
    expect(metadata.prereserve_doi).toEqual({ doi: `10.5281/zenodo.${id}`, recid: id })
  }
  const next = (await zenodo.act(id, 'newversion')).data
  expect(next.metadata.prereserve_doi).toEqual({ doi: `10.5281/zenodo.${next.id}`, recid: next.id })
})

test('7.B 25: on the sandbox the hint keeps the production prefix while the DOI has the test prefix', async () => {
  const zenodo = await startZenodo({ settings: { sandbox: true } })
  const record = await zenodo.published()
  expect(record.metadata.prereserve_doi.doi).toBe(`10.5281/zenodo.${record.id}`)
  expect(record.doi).toBe(`10.5072/zenodo.${record.id}`)
  const echo = await zenodo.draft({ ...complete, doi: '10.5281/zenodo.1' })
  await zenodo.put(echo, 'a.txt', 'x')
  expect((await zenodo.act(echo.id, 'publish')).data.errors).toEqual([
    {
      field: 'pids.doi',
      messages: ['Wrong DOI 10.5281 prefix provided, it should be 10.5072 as defined in the rest client'],
    },
  ])
})

test('7.B 28: unknown keys beside metadata are refused all together, and nothing is created or changed', async () => {
  const zenodo = await startZenodo()
  const refused = await zenodo.call('POST', LIST, { json: { unknownkey: 1, metadata: {} } })
  expect(refused.status).toBe(400)
  expect(refused.data.errors).toEqual([{ field: 'unknownkey', messages: ['Unknown field.'] }])
  expect((await zenodo.call('GET', '/_emulator/records?deleted=true')).data.records).toEqual([])
  const draft = await zenodo.draft({ title: 'As it was' })
  const back = await zenodo.call('PUT', draft.links.self, { json: { ...draft, title: 'Sent back whole' } })
  expect(back.data.errors.map((one: { field: string }) => one.field).sort()).toEqual(
    Object.keys(draft)
      .filter((key) => key !== 'metadata' && key !== 'files')
      .sort(),
  )
  expect((await zenodo.call('GET', draft.links.self)).data).toEqual(draft)
  expect((await zenodo.call('POST', LIST, { json: { files: 'whatever' } })).status).toBe(201)
})

test('7.B 29: unknown keys within metadata are dropped', async () => {
  const zenodo = await startZenodo()
  const { metadata } = await zenodo.draft({ title: 'With extras', unknownkey: 1, access_conditions: 'x' })
  expect(Object.keys(metadata).sort()).toEqual(
    'access_right imprint_publisher license prereserve_doi publication_date title'.split(' '),
  )
})

test('7.B 30: metadata gets a date and a publisher', async () => {
  const zenodo = await startZenodo()
  const { metadata } = await zenodo.draft({ title: 'Only a title' })
  const publication_date = new Date().toISOString().slice(0, 10)
  expect(metadata).toMatchObject({ publication_date, imprint_publisher: 'Zenodo', license: 'cc-by-4.0' })
  const own = { publication_date: '2020-02-02', imprint_publisher: 'Somebody' }
  expect((await zenodo.draft({ ...own, title: 'abc' })).metadata).toMatchObject(own)
})

test('7.B 30: empty metadata get the date and the publisher, but no licence; no metadata get nothing', async () => {
  const zenodo = await startZenodo()
  const { links } = await zenodo.draft(complete)
  const put = async (json: unknown) =>
    Object.keys((await zenodo.call('PUT', links.self, { json })).data.metadata).sort()
  expect(await put({ metadata: {} })).toEqual(
    'access_right imprint_publisher prereserve_doi publication_date'.split(' '),
  )
  expect(await put({})).toEqual(['access_right', 'prereserve_doi'])
})

test('7.B 38: reading gives the draft if there is one, else the record', async () => {
  const zenodo = await startZenodo()
  const { id, title } = await zenodo.published()
  const read = async () => (await zenodo.call('GET', `${LIST}/${id}`)).data
  expect(await read()).toMatchObject({ state: 'done', title })
  await zenodo.act(id, 'edit')
  await zenodo.call('PUT', `${LIST}/${id}`, { json: { metadata: { ...complete, title: 'Edited' } } })
  expect(await read()).toMatchObject({ state: 'inprogress', title: 'Edited' })
  await zenodo.act(id, 'discard')
  expect(await read()).toMatchObject({ state: 'done', title })
})

test('7.B 39: a deleted draft, an id that never was, and a concept are 404', async () => {
  const zenodo = await startZenodo()
  const { id, conceptrecid } = await zenodo.draft()
  expect((await zenodo.call('GET', `${LIST}/${conceptrecid}`)).status).toBe(404)
  await zenodo.call('DELETE', `${LIST}/${id}`)
  for (const gone of [id, 1, 'x']) expect((await zenodo.call('GET', `${LIST}/${gone}`)).status).toBe(404)
})
