/** Section B of the checklist, second part: which deposits does the list show, in which pages, for which queries? */
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const LIST = '/api/deposit/depositions'

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
  const guest = await zenodo.call('GET', '/api/records?size=26', { token: null })
  const advice = 'Please use authenticated requests to increase the limit to 100.'
  expect(guest.data.errors).toEqual([{ field: 'size', messages: [`Page size cannot be greater than 25. ${advice}`] }])
  expect((await zenodo.call('GET', `${LIST}?size=100`)).status).toBe(200)
  expect((await zenodo.call('GET', '/api/records?size=25', { token: null })).status).toBe(200)
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
  for (const status of ['draft', 'published']) {
    expect((await zenodo.call('GET', `${LIST}?status=${status}`)).data).toMatchObject([
      { id: record.id, state: 'done' },
    ])
  }
  const next = (await zenodo.act(record.id, 'newversion')).data
  const list = async (query: string): Promise<number[]> =>
    (await zenodo.call('GET', `${LIST}?${query}`)).data.map((row: { id: number }) => row.id)
  for (const query of ['', 'status=published', 'status=draft']) expect(await list(query)).toEqual([next.id])
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
