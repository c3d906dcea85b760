/** Do both APIs keep the contract of the depositions port, at the emulator and at a real Zenodo alike? */
import { createHash, randomUUID } from 'node:crypto'
import { request } from 'undici'
import { describe, expect, test } from 'vitest'
import type { Deposition } from '../../src/core/copy.ts'
import { type DepositMetadata, metadataShown } from '../../src/core/metadata/deposit-metadata.ts'
import { type Bench, openBench, patience, targets } from './targets.ts'

const metadata: DepositMetadata = {
  upload_type: 'dataset',
  title: 'A test of zenodo-replicator, to be deleted',
  publication_date: '2026-11-01',
  creators: [{ name: 'Curie, Marie', affiliation: 'Sorbonne', orcid: '0000-0002-1825-0097' }, { name: 'Consortium' }],
  description: '<p>Made by a test, and deleted by it.</p>',
  access_right: 'open',
  license: 'cc-zero',
  keywords: ['test'],
  notes: '<p>Some notes.</p>',
  related_identifiers: [{ identifier: 'https://doi.org/10.5061/dryad.abc', relation: 'isDerivedFrom' }],
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

async function upload({ zenodo, signal }: Bench, deposition: Deposition, name: string, text: string) {
  const target = zenodo.uploadTarget(deposition, name, Buffer.byteLength(text))
  await target.admit(signal)
  const { statusCode, headers, body } = await request(target.url, {
    method: 'PUT',
    headers: target.headers,
    body: text,
  })
  return await target.accept({ status: statusCode, headers, body: await body.text() }, signal)
}

const filesOf = async ({ zenodo, signal }: Bench, { id }: Deposition) =>
  Object.fromEntries((await zenodo.get(id, signal))?.files.map((file) => [file.name, file.md5]) ?? [])

describe.each(targets)('$name by the $api API', { timeout: patience }, (target) => {
  test('a draft is created with its marker, found by it, changed, read, and deleted', async () => {
    const bench = await openBench(target)
    const { zenodo, signal, mine, eventually } = bench
    const since = new Date(Date.now() - 120_000).toISOString()
    const marker = `zenodo-replicator:${randomUUID()}`
    const made = mine(await zenodo.create({ ...metadata, keywords: ['test', marker] }, signal))
    expect(made).toMatchObject({ state: 'unsubmitted', submitted: false })
    const found = await eventually(async () => {
      for await (const draft of zenodo.ownDrafts(since, signal)) if (draft.keywords.includes(marker)) return draft
      return null
    })
    expect(found).toMatchObject({ id: made.id, conceptRecid: made.conceptRecid, title: metadata.title })
    const renamed = { ...metadata, title: 'A test under another name' }
    expect(metadataShown(renamed, (await zenodo.putMetadata(made.id, renamed, signal)).metadata)).toEqual([])
    const read = await zenodo.get(made.id, signal)
    expect(metadataShown(renamed, read?.metadata ?? {})).toEqual([])
    expect(metadataShown(metadata, read?.metadata ?? {})).toEqual(['title'])
    await zenodo.discard(made.id, signal)
    await zenodo.discard(made.id, signal)
    expect(await zenodo.get(made.id, signal)).toBeNull()
  })

  test('files of every name arrive, are replaced, are read back and removed', async () => {
    const bench = await openBench(target)
    const { zenodo, signal, mine } = bench
    const draft = await zenodo.putMetadata(mine(await zenodo.create(metadata, signal)).id, metadata, signal)
    const withBucket = (await zenodo.get(draft.id, signal)) ?? draft
    const names = ['plain.csv', 'with space.txt', 'ünï code.txt', 'a+b&c=d.txt', '#1 50%.csv']
    for (const name of names) {
      expect(await upload(bench, withBucket, name, `first ${name}`)).toMatchObject({ md5: md5(`first ${name}`) })
    }
    await upload(bench, withBucket, 'plain.csv', 'second')
    const wanted = Object.fromEntries(
      names.map((name) => [name, md5(name === 'plain.csv' ? 'second' : `first ${name}`)]),
    )
    expect(await filesOf(bench, draft)).toEqual(wanted)
    const held = zenodo.heldBytes(withBucket, 'ünï code.txt')
    await held.admit(signal)
    const answer = await request(held.url, { headers: held.headers })
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, 'first ünï code.txt'])
    const now = await zenodo.get(draft.id, signal)
    for (const file of now?.files ?? []) await zenodo.removeFile(withBucket, file, signal)
    for (const file of now?.files.slice(0, 1) ?? []) await zenodo.removeFile(withBucket, file, signal)
    expect(await filesOf(bench, draft)).toEqual({})
  })

  test('an empty record is not published, and neither is one without what is required', async () => {
    const { zenodo, signal, mine } = await openBench(target)
    const draft = mine(await zenodo.create(metadata, signal))
    await expect(zenodo.publish(draft.id, signal)).rejects.toMatchObject({ code: 'verification_failed' })
    expect(await zenodo.get(draft.id, signal)).toMatchObject({ state: 'unsubmitted' })
  })

  test("a token that is none is told apart from somebody else's deposition", async () => {
    const bench = await openBench({
      ...target,
      open: async () => ({ ...(await target.open()), token: 'no-such-token' }),
    })
    await expect(bench.zenodo.probe(bench.signal)).rejects.toMatchObject({ code: 'zenodo_token_refused' })
  })

  test('what never was is not there', async () => {
    const { zenodo, signal } = await openBench(target)
    expect(await zenodo.get(999_999_999_999, signal)).toBeNull()
    await expect(zenodo.startNewVersion(999_999_999_999, signal)).rejects.toMatchObject({
      code: 'zenodo_deposition_missing',
    })
  })

  // records stay for good, so this is for the emulator and for whoever says so
  if (target.publishes) {
    test('a record is published, edited, and followed by a version that begins with its files', async () => {
      const bench = await openBench(target)
      const { zenodo, signal, mine, eventually } = bench
      const { id } = mine(await zenodo.create(metadata, signal))
      const draft = await zenodo.putMetadata(id, metadata, signal)
      await upload(bench, (await zenodo.get(id, signal)) ?? draft, 'a.txt', 'hello')
      await zenodo.publish(id, signal)
      await expect(zenodo.publish(id, signal)).rejects.toMatchObject({ code: 'zenodo_deposition_missing' })
      const record = await zenodo.get(id, signal)
      expect(record).toMatchObject({
        state: 'done',
        submitted: true,
        doiIsExternal: false,
        files: [{ md5: md5('hello') }],
      })
      expect(metadataShown({ ...metadata, doi: record?.doi ?? 'none' }, record?.metadata ?? {})).toEqual([])

      expect(await zenodo.reopen(id, signal)).toMatchObject({ state: 'inprogress' })
      expect(await zenodo.reopen(id, signal)).toMatchObject({ state: 'inprogress', files: [{ name: 'a.txt' }] })
      await zenodo.discard(id, signal)
      expect(await zenodo.get(id, signal)).toMatchObject({ state: 'done', metadata: { title: metadata.title } })

      const begun = await zenodo.startNewVersion(id, signal)
      expect(begun.isNew).toBe(true)
      const next = mine(begun.draft)
      expect(next).toMatchObject({
        state: 'unsubmitted',
        conceptRecid: record?.conceptRecid,
        files: [{ name: 'a.txt', md5: md5('hello') }],
      })
      const open = await eventually(() => zenodo.findOpenDraft(next.conceptRecid, signal))
      expect(open.id).toBe(next.id)
      await zenodo.discard(next.id, signal)
      expect((await eventually(() => zenodo.findNewestRecord(next.conceptRecid, signal))).id).toBe(id)
    })
  }
})
