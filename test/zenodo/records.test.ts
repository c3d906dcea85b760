/** What does the client of the records API do that the one of the deposit API need not? At a Zenodo that answers by itself. */
import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import type { Deposition } from '../../src/core/copy.ts'
import { createEmulator, type EmulatorSettings } from '../../src/emulator/server.ts'
import { createRecords } from '../../src/zenodo/records/client.ts'
import { failureOf, metadata, setup } from './setup.ts'

const full = { ...metadata, publication_date: '2026-11-01', creators: [{ name: 'Curie, Marie' }] }
const page = { status: 504, headers: { 'content-type': 'text/html' }, body: '<html>' }

async function world(settings: Partial<EmulatorSettings> = {}) {
  const emulator = await createEmulator({ settings })
  onTestFinished(() => emulator.close())
  const options = { baseUrl: emulator.url, token: emulator.token }
  const client = setup(options, (all) => createRecords({ ...all, publisher: 'Zenodo' }))
  const { zenodo, signal } = client
  const control = async (path: string, body: unknown) => {
    await (
      await request(`${emulator.url}/_emulator/${path}`, { method: 'POST', body: JSON.stringify(body) })
    ).body.dump()
  }
  const send = async (deposition: Deposition, name: string, text: string) => {
    const target = zenodo.uploadTarget(deposition, name, Buffer.byteLength(text))
    await target.admit(signal)
    const answer = await request(target.url, { method: 'PUT', headers: target.headers, body: text })
    const { statusCode: status, headers } = answer
    const body = await answer.body.text()
    return () => target.accept({ status, headers, body }, signal)
  }
  const upload = async (deposition: Deposition, name: string, text: string) =>
    await (await send(deposition, name, text))()
  const published = async () => {
    const { id } = await zenodo.create(full, signal)
    const draft = await zenodo.putMetadata(id, full, signal)
    await upload(draft, 'a.txt', 'hello')
    await zenodo.publish(id, signal)
    return draft
  }
  const routes = () => client.events.map(({ method, path }) => `${method} ${path.replace(/^\/api\/records\/\d+/, '')}`)
  return { ...client, emulator, control, send, upload, published, routes }
}

test('an upload that was never finished is seen as a file without bytes, and its name is freed', async () => {
  const { zenodo, signal, send, upload } = await world()
  const draft = await zenodo.create(full, signal)
  await send(draft, 'a.txt', 'half done')
  const now = await zenodo.get(draft.id, signal)
  expect(now?.files).toMatchObject([{ name: 'a.txt', size: 0, md5: '' }])
  expect(await upload(draft, 'a.txt', 'hello')).toEqual({ size: 5, md5: '5d41402abc4b2a76b9719d911017c592' })
  expect((await zenodo.get(draft.id, signal))?.files).toMatchObject([{ name: 'a.txt', size: 5 }])
})

test.each([[true], [false]])(
  'a commit without an answer is looked at, and made again if it must be (done: %s)',
  async (commit) => {
    const { zenodo, signal, control, upload } = await world()
    const draft = await zenodo.create(full, signal)
    await control('faults', { match: { method: 'POST', path: '/commit$' }, commit, ...page })
    expect(await upload(draft, 'a.txt', 'hello')).toMatchObject({ size: 5 })
    expect((await zenodo.get(draft.id, signal))?.files).toMatchObject([{ name: 'a.txt', size: 5 }])
  },
)

test('a commit that is refused is told with the reason', async () => {
  const { zenodo, signal, upload } = await world()
  const draft = await zenodo.create(full, signal)
  expect(await failureOf(upload(draft, 'a.txt', ''))).toMatchObject({
    code: 'zenodo_refused_file',
    message: expect.stringContaining('Empty files are not accepted.'),
  })
})

test('a new version that is open is gone on with: its files are kept, or imported when it has none', async () => {
  const { zenodo, signal, control, published, upload } = await world()
  const record = await published()
  await control('faults', { match: { path: '/versions$' }, commit: true, ...page })
  const { draft: next } = await zenodo.startNewVersion(record.id, signal)
  expect(next.files).toMatchObject([{ name: 'a.txt' }])
  await upload(next, 'b.txt', 'mine')
  const { draft: again, isNew } = await zenodo.startNewVersion(record.id, signal)
  expect(isNew).toBe(false)
  expect([again.id, again.files.map(({ name }) => name)]).toEqual([next.id, ['a.txt', 'b.txt']])
})

test('a DOI is reserved once, kept from then on, and done without where there is none to have', async () => {
  const { zenodo, signal, control, routes } = await world()
  const { id } = await zenodo.create(full, signal)
  const doi = `10.5281/zenodo.${id}`
  await control('faults', { match: { path: '/pids/doi$' }, commit: true, ...page })
  expect(await zenodo.putMetadata(id, full, signal)).toMatchObject({ doi, doiIsExternal: false })
  expect(await zenodo.putMetadata(id, { ...full, doi }, signal)).toMatchObject({ doi })
  expect(routes().filter((route) => route.endsWith('/pids/doi'))).toHaveLength(2)
  const other = await zenodo.create(full, signal)
  await control('faults', { match: { path: '/pids/doi$' }, status: 403, body: { status: 403 } })
  expect(await zenodo.putMetadata(other.id, full, signal)).toMatchObject({ doi: null })
})

test("a dataset's own DOI is one from elsewhere, and allows no second version", async () => {
  const { zenodo, signal, upload } = await world()
  const own = { ...full, doi: '10.5061/dryad.abc' }
  const { id } = await zenodo.create(own, signal)
  const draft = await zenodo.putMetadata(id, own, signal)
  expect(draft).toMatchObject({ doi: '10.5061/dryad.abc', doiIsExternal: true })
  await upload(draft, 'a.txt', 'hello')
  await zenodo.publish(id, signal)
  expect(await failureOf(zenodo.startNewVersion(id, signal))).toMatchObject({ code: 'zenodo_forbidden' })
  const edit = await zenodo.reopen(id, signal)
  expect(await failureOf(upload(edit, 'b.txt', 'hello'))).toMatchObject({ code: 'zenodo_files_locked' })
  expect(await zenodo.findByDoi('10.5061/DRYAD.abc', signal)).toMatchObject({ id })
})

test('a published record is asked into its communities, and what they refuse is passed over', async () => {
  const { zenodo, signal, published, emulator } = await world({ communities: [{ slug: 'dryad' }] })
  const { id } = await published()
  await zenodo.joinCommunities(id, ['dryad', 'unknown'], signal)
  await zenodo.joinCommunities(id, ['unknown'], signal)
  await zenodo.joinCommunities(id, [], signal)
  const { records } = (await (await fetch(`${emulator.url}/_emulator/records`)).json()) as {
    records: { metadata: { communities: unknown } }[]
  }
  expect(records[0]?.metadata.communities).toEqual([{ identifier: 'dryad' }])
})

test('a concept is not taken for its newest record', async () => {
  const { zenodo, signal, published } = await world()
  const { conceptRecid } = await published()
  expect(await zenodo.get(Number(conceptRecid), signal)).toBeNull()
})
