/** What survives a restart when the emulator has a folder? */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createEmulator } from '../../src/emulator/server.ts'
import { clientOf, startZenodo } from './zenodo.ts'

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'emulator-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('records, files, the token, users and settings survive a restart, and ids go on counting', async () => {
  const dataDir = await newFolder()
  const first = await createEmulator({ dataDir })
  const before = clientOf(first)
  await before.set({ filesPerRecord: 5, users: [{ name: 'other', token: 'other' }] })
  const record = await before.published()
  const edit = (await before.act(record.id, 'edit')).data
  await first.close()

  const after = await startZenodo({ dataDir })
  expect(after.emulator.token).toBe(first.token)
  const path = `/api/deposit/depositions/${record.id}`
  expect((await after.call('GET', path)).data).toMatchObject({
    state: 'inprogress',
    doi: record.doi,
    modified: edit.modified,
  })
  expect((await after.call('GET', `/api/records/${record.id}/files/data.csv/content`)).text).toBe('a,b\n1,2\n')
  expect((await after.call('GET', '/_emulator/settings')).data.settings.filesPerRecord).toBe(5)
  expect((await after.call('GET', '/api/records?q=birds')).data.hits.total).toBe(1)
  expect((await after.draft({}, { token: 'other' })).id).toBeGreaterThan(record.id)
})

test('bytes leave the folder with the last version that lists them, and with reset', async () => {
  const dataDir = await newFolder()
  const zenodo = await startZenodo({ dataDir })
  const blobs = async (): Promise<number> => (await readdir(join(dataDir, 'blobs'))).length
  const { id } = await zenodo.published()
  const { data: next } = await zenodo.act(id, 'newversion')
  expect(await blobs()).toBe(1)
  await zenodo.call('DELETE', `${next.links.bucket}/data.csv`)
  await zenodo.put(next, 'b.csv', 'x')
  expect(await blobs()).toBe(2)
  await zenodo.call('DELETE', `/api/deposit/depositions/${next.id}`)
  expect(await blobs()).toBe(1)
  await zenodo.emulator.reset()
  expect(await blobs()).toBe(0)
  expect(await readdir(join(dataDir, 'families'))).toEqual([])
  expect((await zenodo.draft()).id).toBeGreaterThan(next.id)
})
