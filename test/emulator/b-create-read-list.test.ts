/** Section B of the checklist: creating, reading and listing depositions. */
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

test('7.B 23, 26: a new deposit has the shape that Zenodo gives it', async () => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft()
  expect(draft).toMatchObject({ title: '', state: 'unsubmitted', submitted: false, files: [], record_id: draft.id })
  expect(draft.conceptrecid).toBe(String(draft.id - 1))
  expect(Number.isInteger(draft.id) && Number.isInteger(draft.owner)).toBe(true)
  expect(draft).not.toHaveProperty('doi')
  expect(draft.metadata.access_right).toBe('open')
})

test('7.B 24: prereserve_doi is in every answer', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published()
  const expected = { doi: `10.5281/zenodo.${record.id}`, recid: record.id }
  expect(record.draft.metadata.prereserve_doi).toEqual(expected)
  expect(record.metadata.prereserve_doi).toEqual(expected)
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

test('7.B 27: a draft carries exactly the links of a draft', async () => {
  const zenodo = await startZenodo()
  expect(Object.keys((await zenodo.draft()).links).sort()).toEqual(
    `badge bucket discard edit files html latest_draft latest_draft_html newversion publish self`.split(' '),
  )
})

test('7.B 28, 29: unknown top-level keys are refused and create nothing, unknown metadata is dropped', async () => {
  const zenodo = await startZenodo()
  const refused = await zenodo.call('POST', LIST, { json: { unknownkey: 1, metadata: {} } })
  expect(refused.data.errors).toEqual([{ field: 'unknownkey', messages: ['Unknown field.'] }])
  expect((await zenodo.call('GET', LIST)).data).toEqual([])
  expect((await zenodo.draft({ title: 'With extras', unknownkey: 1 })).metadata).not.toHaveProperty('unknownkey')
})

test('7.B 30: metadata gets a date and a publisher', async () => {
  const zenodo = await startZenodo()
  const { metadata } = await zenodo.draft({ title: 'Only a title' })
  const publication_date = new Date().toISOString().slice(0, 10)
  expect(metadata).toMatchObject({ publication_date, imprint_publisher: 'Zenodo', license: 'cc-by-4.0' })
  expect((await zenodo.draft({})).metadata).not.toHaveProperty('license')
})

test('7.B 31, 32: the list is a bare array, without bucket links', async () => {
  const zenodo = await startZenodo()
  expect((await zenodo.call('GET', LIST)).data).toEqual([])
  await zenodo.draft()
  const { data } = await zenodo.call('GET', LIST)
  expect(data).toHaveLength(1)
  expect(data[0].links).not.toHaveProperty('bucket')
})

test('7.B 33: pages have a largest size', async () => {
  const zenodo = await startZenodo()
  const { status, data } = await zenodo.call('GET', `${LIST}?size=101`)
  expect(status).toBe(400)
  expect(data.errors).toEqual([{ field: 'size', messages: ['Page size cannot be greater than 100.'] }])
  expect((await zenodo.call('GET', '/api/records?size=26', { token: null })).data.errors[0].field).toBe('size')
  expect((await zenodo.call('GET', `${LIST}?size=100&page=101`)).data.message).toBe('Invalid querystring parameters.')
})

test('7.B 33: pages and orders divide the list', async () => {
  const zenodo = await startZenodo()
  const ids: number[] = []
  for (const title of ['first', 'second', 'third']) ids.push((await zenodo.draft({ title })).id)
  const list = async (query: string): Promise<number[]> =>
    (await zenodo.call('GET', `${LIST}?${query}`)).data.map((row: { id: number }) => row.id)
  expect(await list('')).toEqual(ids.toReversed())
  expect(await list('sort=oldest&size=2')).toEqual(ids.slice(0, 2))
  expect(await list('sort=oldest&size=2&page=2')).toEqual(ids.slice(2))
  expect((await zenodo.call('GET', `${LIST}?sort=sideways`)).data.errors).toEqual([
    { field: '_schema', messages: ["Invalid sort option 'sideways'."] },
  ])
})

test('7.B 34, 35: status is ignored; a family is one row unless all versions are asked for', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published()
  const next = (await zenodo.act(record.id, 'newversion')).data
  const list = async (query: string): Promise<number[]> =>
    (await zenodo.call('GET', `${LIST}?${query}`)).data.map((row: { id: number }) => row.id)
  expect(await list('status=published')).toEqual([next.id])
  for (const query of ['all_versions=1', 'all_versions', 'allversions=true']) {
    expect((await list(query)).sort()).toEqual([record.id, next.id])
  }
})

test('7.B 36: the index may lag behind creates, never behind deletes', async () => {
  const zenodo = await startZenodo()
  const early = await zenodo.draft({ title: 'early' })
  await zenodo.set({ indexLagSeconds: 3600 })
  await zenodo.draft({ title: 'late' })
  const count = async (): Promise<number> => (await zenodo.call('GET', LIST)).data.length
  expect(await count()).toBe(0)
  await zenodo.set({ indexLagSeconds: 0 })
  expect(await count()).toBe(2)
  await zenodo.call('DELETE', `${LIST}/${early.id}`)
  expect(await count()).toBe(1)
})

test.each([
  ['conceptrecid:CONCEPT', 1],
  ['recid:ID', 1],
  ['doi:"10.1234/Birds.1"', 1],
  ['doi:10.1234/birds.1', 1],
  ['title:"about birds"', 1],
  ['title:"birds about"', 0],
  ['birds', 1],
  ['dataset -birds', 0],
  ['birds AND fish', 0],
  ['birds OR fish', 1],
  ['(fish OR title:birds) AND NOT whales', 1],
  ['notes:"ref:0b5e-77"', 1],
  ['keywords:counting', 1],
  ['creators.name:doe', 1],
  ['is_published:true', 0],
])('7.B 37: the query %s finds %i of the own deposits', async (query, found) => {
  const zenodo = await startZenodo()
  const draft = await zenodo.draft({
    ...complete,
    doi: '10.1234/birds.1',
    notes: 'ref:0b5e-77',
    keywords: ['counting'],
  })
  await zenodo.draft({ title: 'Something else entirely' })
  const q = query.replace('CONCEPT', draft.conceptrecid).replace('ID', String(draft.id))
  const { data } = await zenodo.call('GET', `${LIST}?q=${encodeURIComponent(q)}`)
  expect(data.map((row: { id: number }) => row.id)).toEqual(found === 1 ? [draft.id] : [])
})

test.each(['"open', '(birds', 'title:', 'a/b'])('7.B 37: the query %s is refused', async (query) => {
  const zenodo = await startZenodo()
  const { status, data } = await zenodo.call('GET', `${LIST}?q=${encodeURIComponent(query)}`)
  expect({ status, message: data.message }).toEqual({ status: 400, message: 'Invalid query string syntax.' })
})

test('7.B 38, 39: reading gives the draft if there is one, and 404 once it is deleted', async () => {
  const zenodo = await startZenodo()
  const record = await zenodo.published()
  const path = `${LIST}/${record.id}`
  expect((await zenodo.call('GET', path)).data.state).toBe('done')
  await zenodo.act(record.id, 'edit')
  expect((await zenodo.call('GET', path)).data.state).toBe('inprogress')
  const draft = await zenodo.draft()
  await zenodo.call('DELETE', `${LIST}/${draft.id}`)
  expect((await zenodo.call('GET', `${LIST}/${draft.id}`)).status).toBe(404)
  expect((await zenodo.call('GET', `${LIST}/1`)).status).toBe(404)
})
