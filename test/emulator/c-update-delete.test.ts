/** Section C of the checklist: updating and deleting depositions. */
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const path = (id: number): string => `/api/deposit/depositions/${id}`

test('7.C 40, 41: PUT replaces all metadata, and need not be complete', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft({ ...complete, keywords: ['one'], notes: 'A note' })
  const { status, data } = await zenodo.call('PUT', path(id), { json: { metadata: { title: 'Just this' } } })
  expect(status).toBe(200)
  expect(data.title).toBe('Just this')
  expect(Object.keys(data.metadata).sort()).toEqual(
    'access_right imprint_publisher license prereserve_doi publication_date title'.split(' '),
  )
})

test('7.C 40: PUT replaces access, communities and the fields of journals and conferences too', async () => {
  const zenodo = await startZenodo()
  const extras = { journal_title: 'A journal', conference_title: 'A conference', thesis_university: 'A university' }
  const more = { communities: [{ identifier: 'c1' }], custom: { 'dwc:family': ['x'] }, subjects: [{ term: 'x' }] }
  const { id } = await zenodo.draft({ ...complete, ...extras, ...more, access_right: 'restricted' })
  const { data } = await zenodo.call('PUT', path(id), { json: { metadata: complete } })
  for (const name of Object.keys({ ...extras, ...more })) expect(data.metadata).not.toHaveProperty(name)
  expect(data.metadata).toMatchObject({ access_right: 'open', license: 'cc-zero' })
})

test('7.C 42: PUT without a DOI keeps the stored one', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft({ doi: '10.1234/kept' })
  for (const metadata of [{ title: 'abc' }, { title: 'abc', doi: '' }, { title: 'abc', doi: null }]) {
    expect((await zenodo.call('PUT', path(id), { json: { metadata } })).data.doi).toBe('10.1234/kept')
  }
})

test('7.C 43, 45, 48: a published deposit cannot be changed, deleted or discarded until it is in edit', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.published()
  const json = { metadata: { ...complete, title: 'Changed' } }
  expect((await zenodo.call('PUT', path(id), { json })).status).toBe(404)
  expect((await zenodo.call('DELETE', path(id))).status).toBe(404)
  expect((await zenodo.act(id, 'discard')).status).toBe(404)
  await zenodo.act(id, 'edit')
  expect((await zenodo.call('PUT', path(id), { json })).status).toBe(200)
})

test('7.C 44: a deleted draft is gone with its files, and its id is never given again', async () => {
  const zenodo = await startZenodo()
  const { id, links } = await zenodo.draft()
  await zenodo.put({ links }, 'a.txt', 'x')
  expect(await zenodo.call('DELETE', path(id))).toMatchObject({ status: 204, text: '' })
  for (const [method, url] of [
    ['DELETE', path(id)],
    ['GET', path(id)],
    ['GET', `${links.bucket}/a.txt`],
    ['GET', links.files],
  ] as const) {
    expect((await zenodo.call(method, url)).status).toBe(404)
  }
  expect((await zenodo.draft()).id).toBeGreaterThan(id)
})

test.each(['DELETE', 'discard'] as const)('7.C 44, 47: %s of a next version leaves the published one', async (how) => {
  const zenodo = await startZenodo()
  const { draft: _, ...before } = await zenodo.published()
  const next = (await zenodo.act(before.id, 'newversion')).data
  const gone = how === 'DELETE' ? await zenodo.call('DELETE', path(next.id)) : await zenodo.act(next.id, 'discard')
  expect(gone.status).toBe(204)
  expect((await zenodo.call('GET', path(next.id))).status).toBe(404)
  expect((await zenodo.call('GET', path(before.id))).data).toEqual(before)
})

test.each(['DELETE', 'discard'] as const)('7.C 46: %s in edit leaves the published record as it was', async (how) => {
  const zenodo = await startZenodo()
  const { draft: _, ...before } = await zenodo.published()
  const { id } = before
  await zenodo.act(id, 'edit')
  await zenodo.call('PUT', path(id), { json: { metadata: { ...complete, title: 'Changed' } } })
  const gone = how === 'DELETE' ? await zenodo.call('DELETE', path(id)) : await zenodo.act(id, 'discard')
  expect(gone.status).toBe(204)
  expect((await zenodo.call('GET', path(id))).data).toEqual(before)
  expect((await zenodo.call('GET', `/api/records/${id}/files/data.csv/content`)).text).toBe('a,b\n1,2\n')
})

test('7.C 47: discard of a deposit that was never published deletes it', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft()
  expect((await zenodo.act(id, 'discard')).status).toBe(204)
  expect((await zenodo.call('GET', path(id))).status).toBe(404)
})
