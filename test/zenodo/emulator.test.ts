/** Does the client get through a deposition's whole life at a Zenodo that answers by itself? */
import { request } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import type { Deposition, DepositionId } from '../../src/core/copy.ts'
import { createEmulator, type EmulatorSettings } from '../../src/emulator/server.ts'
import { reservedDoi } from '../../src/zenodo/addresses.ts'
import type { DepositionsOptions } from '../../src/zenodo/connection.ts'
import { all, failureOf, metadata, setup } from './setup.ts'

const full = { ...metadata, publication_date: '2026-11-01', creators: [{ name: 'Curie, Marie' }] }

async function world(
  settings: Partial<EmulatorSettings> = {},
  overrides: Partial<Omit<DepositionsOptions, 'token'>> = {},
) {
  const emulator = await createEmulator({ settings })
  onTestFinished(() => emulator.close())
  const client = setup({ baseUrl: emulator.url, token: emulator.token, ...overrides })
  const control = (path: string, body?: unknown) =>
    request(`${emulator.url}/_emulator/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    }).then((answer) => answer.body.dump())
  const upload = async (deposition: Deposition, name: string, text: string) => {
    const target = client.zenodo.uploadTarget(deposition, name, Buffer.byteLength(text))
    await target.admit(client.signal)
    const { statusCode, headers, body } = await request(target.url, {
      method: 'PUT',
      headers: target.headers,
      body: text,
    })
    return await target.accept({ status: statusCode, headers, body: await body.text() }, client.signal)
  }
  const names = async (id: DepositionId) => (await client.zenodo.get(id, client.signal))?.files.map((file) => file.name)
  return { ...client, emulator, control, upload, names }
}

test('creates, fills, publishes, edits, versions and discards', async () => {
  const { zenodo, signal, emulator, upload, names } = await world()
  await zenodo.probe(signal)
  const created = await zenodo.create({ ...full, keywords: ['ref:1'] }, signal)
  const drafts = () => all(zenodo.ownDrafts('2026-01-01T00:00:00.000Z', signal))
  expect(await drafts()).toMatchObject([{ id: created.id, conceptRecid: created.conceptRecid, keywords: ['ref:1'] }])
  await zenodo.putMetadata(created.id, full, signal)
  expect(await drafts()).toMatchObject([{ keywords: [] }])
  expect(await upload(created, 'a.txt', 'hello')).toEqual({ size: 5, md5: '5d41402abc4b2a76b9719d911017c592' })
  await zenodo.publish(created.id, signal)
  const doi = reservedDoi(emulator.url, created.id)
  expect(await zenodo.get(created.id, signal)).toMatchObject({ state: 'done', submitted: true, doi })

  expect(await zenodo.reopen(created.id, signal)).toMatchObject({ state: 'inprogress' })
  expect(await zenodo.reopen(created.id, signal)).toMatchObject({ state: 'inprogress' })
  await zenodo.putMetadata(created.id, { ...full, title: 'Renamed' }, signal)
  await zenodo.publish(created.id, signal)
  expect(await zenodo.get(created.id, signal)).toMatchObject({ state: 'done', metadata: { title: 'Renamed' } })

  const { draft: next } = await zenodo.startNewVersion(created.id, signal)
  expect(next).toMatchObject({ state: 'unsubmitted', conceptRecid: created.conceptRecid, files: [{ name: 'a.txt' }] })
  expect(await zenodo.findOpenDraft(created.conceptRecid, signal)).toEqual(next)
  expect(await failureOf(zenodo.startNewVersion(created.id, signal))).toMatchObject({ code: 'zenodo_draft_exists' })
  await zenodo.removeFile(next, next.files[0]!, signal)
  expect(await names(next.id)).toEqual([])
  await zenodo.discard(next.id, signal)
  await zenodo.discard(next.id, signal)
  expect(await zenodo.get(next.id, signal)).toBeNull()
  expect(await zenodo.findOpenDraft(created.conceptRecid, signal)).toBeNull()
})

test('addresses the same file again, whatever its name holds', async () => {
  const { zenodo, signal, upload, names } = await world()
  const draft = await zenodo.create(full, signal)
  const odd = ['50%.txt', 'a b.txt', 'a#b.txt', 'a+b.txt', 'q?r.txt', 'x;y.txt', 'é.txt']
  for (const name of odd) await upload(draft, name, 'first')
  for (const name of odd) await upload(draft, name, 'second')
  const filled = await zenodo.get(draft.id, signal)
  expect(filled?.files.map((file) => file.name).sort()).toEqual(odd)
  expect(new Set(filled?.files.map((file) => file.size))).toEqual(new Set([6]))
  for (const file of filled?.files ?? []) await zenodo.removeFile(draft, file, signal)
  expect(await names(draft.id)).toEqual([])
})

test('tells a refused token from a deposition of somebody else', async () => {
  const { zenodo, signal, emulator } = await world({ users: [{ name: 'other', token: 'other-token' }] })
  const theirs = await zenodo.create(full, signal)
  const other = setup({ baseUrl: emulator.url, token: 'other-token' })
  expect(await failureOf(other.zenodo.get(theirs.id, signal))).toMatchObject({ code: 'zenodo_forbidden' })
  const nobody = setup({ baseUrl: emulator.url, token: 'no-such-token' })
  expect(await failureOf(nobody.zenodo.get(theirs.id, signal))).toMatchObject({ code: 'zenodo_token_refused' })
})

test('names what is missing when a record cannot be published', async () => {
  const { zenodo, signal, upload } = await world()
  const draft = await zenodo.create({ ...metadata, creators: [] }, signal)
  await upload(draft, 'a.txt', 'hello')
  expect(await failureOf(zenodo.publish(draft.id, signal))).toMatchObject({
    code: 'zenodo_refused_metadata',
    message: expect.stringContaining('metadata.creators: Missing data for required field.'),
  })
})

test('names the missing grant when files of an edit are locked', async () => {
  const { zenodo, signal, upload } = await world()
  const draft = await zenodo.create({ ...full, doi: '10.5061/dryad.abc' }, signal)
  await upload(draft, 'a.txt', 'hello')
  await zenodo.publish(draft.id, signal)
  const edit = await zenodo.reopen(draft.id, signal)
  await expect(upload(edit, 'b.txt', 'x')).rejects.toMatchObject({ code: 'zenodo_files_locked' })
  expect(await failureOf(zenodo.removeFile(edit, edit.files[0]!, signal))).toMatchObject({
    code: 'zenodo_files_locked',
  })
})

test('is not misled by a file removal that answers 500, nor by a moment of 403', async () => {
  const { zenodo, signal, upload, names } = await world({ bucketDeleteFails: true, flip403: true })
  const first = await zenodo.create(full, signal)
  await upload(first, 'a.txt', 'hello')
  await zenodo.publish(first.id, signal)
  const { draft: next } = await zenodo.startNewVersion(first.id, signal)
  await zenodo.removeFile(next, next.files[0]!, signal)
  expect(await names(next.id)).toEqual([])
})

test('goes on after the rate limit of the server, without an error', async () => {
  const { zenodo, signal, control, events } = await world()
  const draft = await zenodo.create(full, signal)
  await control('faults', { times: 2, status: 429, headers: { 'retry-after': '0' }, body: '{}' })
  expect(await zenodo.startNewVersion(draft.id, signal).catch((error) => error.code)).toBe('zenodo_deposition_missing')
  expect(events.map(({ status }) => status)).toEqual([201, 429, 429, 404])
})

test('leaves a publish with a lost answer open, and does not repeat it', async () => {
  const { zenodo, signal, control, upload } = await world()
  const draft = await zenodo.create(full, signal)
  await upload(draft, 'a.txt', 'hello')
  await control('faults', { match: { path: 'publish' }, commit: true, status: 504, body: '<html>' })
  expect(await failureOf(zenodo.publish(draft.id, signal))).toMatchObject({ details: { ambiguous: true } })
  expect(await zenodo.get(draft.id, signal)).toMatchObject({ state: 'done' })
})
