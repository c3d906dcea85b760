/** Are machine-readable variants of a record kept and served as Zenodo does? (zenodo-rdm test_extra_formats) */
import { expect, test } from 'vitest'
import { complete, startZenodo } from './zenodo.ts'

const type = 'application/custom+xml'
const missing = { status: 400, message: 'Invalid extra format MIMEType.' }

test('an extra format is attached, read under its media type by either address, and removed', async () => {
  const zenodo = await startZenodo({ settings: { extraFormats: 'granted' } })
  const { id } = await zenodo.published()
  const deposit = `/api/deposit/depositions/${id}/formats`
  const record = `/api/records/${id}/formats`
  const read = (url: string, headers: Record<string, string> = {}) => zenodo.call('GET', url, { headers })
  const put = (body: string, headers: Record<string, string>) => zenodo.call('PUT', deposit, { body, headers })
  for (const url of [deposit, record]) {
    expect((await read(url, { accept: type })).status).toBe(404)
    expect((await read(url)).data).toEqual(missing)
    expect((await zenodo.call('OPTIONS', url)).data).toEqual([])
  }
  expect((await put('first', { 'content-type': type })).status).toBe(200)
  expect((await put('custom xml', { 'content-type': type })).data).toEqual({
    message: `Extra format "${type}" updated.`,
  })
  expect((await put('nameless', {})).data).toEqual(missing)
  for (const url of [deposit, record]) {
    expect((await read(url, { accept: type })).text).toBe('custom xml')
    expect((await read(`${url}?mimetype=${encodeURIComponent(type)}`)).text).toBe('custom xml')
    expect((await read(url)).data).toEqual(missing)
    expect((await read(url, { accept: '*/*' })).status).toBe(404)
    expect((await zenodo.call('OPTIONS', url)).data).toMatchObject([
      { key: type, size: 10, checksum: 'md5:e021897cee95295e216a1f911697bee9', status: 'completed' },
    ])
  }
  const remove = await zenodo.call('DELETE', deposit, { headers: { 'content-type': type } })
  expect(remove).toMatchObject({ status: 200, data: { message: `Extra format "${type}" deleted.` } })
  expect((await read(record, { accept: type })).status).toBe(404)
})

test('extra formats of drafts are for their owner, and are written only with the right to it', async () => {
  const zenodo = await startZenodo({ settings: { users: [{ name: 'other', token: 'other' }] } })
  const { id } = await zenodo.draft(complete)
  const url = `/api/deposit/depositions/${id}/formats`
  const put = (token: string) => zenodo.call('PUT', url, { token, body: 'x', headers: { 'content-type': type } })
  expect((await put(zenodo.emulator.token)).status).toBe(403)
  await zenodo.set({ extraFormats: 'granted' })
  expect((await put(zenodo.emulator.token)).status).toBe(200)
  expect((await put('other')).status).toBe(403)
  for (const token of ['other', null]) expect((await zenodo.call('GET', url, { token })).status).toBe(403)
  expect((await zenodo.call('OPTIONS', `/api/records/${id}/formats`)).status).toBe(404)
})
