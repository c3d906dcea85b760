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

test('7.C 44: a deleted draft is gone', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft()
  expect((await zenodo.call('DELETE', path(id))).status).toBe(204)
  expect((await zenodo.call('DELETE', path(id))).status).toBe(404)
})

test.each(['DELETE', 'discard'] as const)('7.C 46: %s in edit leaves the published record as it was', async (how) => {
  const zenodo = await startZenodo()
  const { id, title } = await zenodo.published()
  await zenodo.act(id, 'edit')
  await zenodo.call('PUT', path(id), { json: { metadata: { ...complete, title: 'Changed' } } })
  const gone = how === 'DELETE' ? await zenodo.call('DELETE', path(id)) : await zenodo.act(id, 'discard')
  expect(gone.status).toBe(204)
  expect((await zenodo.call('GET', path(id))).data).toMatchObject({ state: 'done', title, files: [{ filesize: 8 }] })
})

test('7.C 47: discard of a deposit that was never published deletes it', async () => {
  const zenodo = await startZenodo()
  const { id } = await zenodo.draft()
  expect((await zenodo.act(id, 'discard')).status).toBe(204)
  expect((await zenodo.call('GET', path(id))).status).toBe(404)
})
