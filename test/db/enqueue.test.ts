/** Do manifests become copies once, whole, and in one transaction? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

describe.each(databases)('enqueueing on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())

  it('stores dataset, version, copy, files and event, and reads them back', async () => {
    const files = { 'Tábla 1.csv': 10, 'empty.txt': 0, 'tábla 1.csv': 5 }
    const [result] = await bench.enqueue({ doi: '10.5061/dryad.all', files, runAfter: '2031-02-03T04:05:06.789Z' })
    expect(result).toMatchObject({
      created: true,
      copy: {
        dataset: { doi: '10.5061/dryad.all', id: '4711' },
        version: { number: 1, id: 'v1' },
        ...{ type: 'data', family: 'data', position: 2, state: 'enqueued', attempts: 0, priority: 10 },
        ...{ runAfter: '2031-02-03T04:05:06.789Z', bytesTotal: 15, bytesDone: 0, filesTotal: 2, error: null },
        ...{ depositionId: null, requestedBy: 'tester', finishedAt: null },
      },
    })
    const stored = await bench.store.reading.files(result!.copy.id)
    expect(stored.map(({ path, size, state }) => ({ path, size, state }))).toEqual([
      { path: 'Tábla 1.csv', size: 10, state: 'pending' },
      { path: 'empty.txt', size: 0, state: 'skipped' },
      { path: 'tábla 1.csv', size: 5, state: 'pending' },
    ])
    expect(await bench.store.reading.events(result!.copy.id)).toMatchObject([
      { kind: 'enqueued', actor: 'tester', data: { type: 'data' } },
    ])
  })

  it('tells times by the clock of the database, in UTC', async () => {
    const [result] = await bench.enqueue({ doi: '10.5061/dryad.clock' })
    const age = Date.now() - Date.parse(result!.copy.createdAt)
    expect(Math.abs(age)).toBeLessThan(60_000)
    expect(result!.copy.runAfter).toBe(result!.copy.createdAt)
  })

  it.each([
    ['of a new dataset', 1],
    ['of a dataset that is known', 2],
  ])('gives the same copies to callers who send the same manifest %s at once', async (_, number) => {
    const doi = '10.5061/dryad.race'
    const types = ['software', 'software_publish'] as const
    const calls = Array.from({ length: 8 }, () => bench.enqueue({ doi, number, types }))
    const results = (await Promise.all(calls)).map((list) => list.map(({ copy }) => copy.id))
    expect(new Set(results.map(String)).size).toBe(1)
    const { copies } = await bench.store.reading.list({ dataset: doi })
    const made = copies.filter(({ version }) => version.number === number)
    expect(made.map(({ type }) => type)).toEqual(['software', 'software_publish'])
  })

  it('gives callers with different versions of a new dataset their own copies', async () => {
    const calls = [1, 2, 3, 4, 5, 6].map((number) => bench.enqueue({ doi: '10.5061/dryad.many', number }))
    await Promise.all(calls)
    const { copies } = await bench.store.reading.list({ dataset: '10.5061/DRYAD.many' })
    expect(copies.map(({ version }) => version.number).sort()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('changes nothing when the rules refuse', async () => {
    const decide = () => {
      throw new Failure('manifest_changed', 'No.')
    }
    const request = { dataset: { doi: '10.5061/dryad.no', id: null }, version: { number: 1, id: null }, decide }
    const refusing = bench.store.intake.enqueue([request])
    await expect(refusing).rejects.toMatchObject({ code: 'manifest_changed' })
    expect(await bench.db.knex('datasets').where('doi', '10.5061/dryad.no')).toEqual([])
  })

  it('takes fresh sources and keeps what is known of the files', async () => {
    const draft = { doi: '10.5061/dryad.fresh', files: { 'a.csv': 3, 'b.csv': 4 } }
    const id = await bench.add(draft)
    const known = { state: 'sent', md5: 'a'.repeat(32), bytes_done: 3 }
    await bench.db.knex('zenodo_copy_files').where({ copy_id: id, ordinal: 0 }).update(known)
    const [again] = await bench.enqueue({ ...draft, signature: '2' })
    expect(again).toMatchObject({ created: false, copy: { id } })
    expect(await bench.store.reading.files(id)).toEqual([
      {
        ...{ path: 'a.csv', size: 3, checksum: null, archive: null, source: 'https://files.example/a.csv?signature=2' },
        ...{ state: 'sent', md5: 'a'.repeat(32), bytesDone: 3 },
      },
      {
        ...{ path: 'b.csv', size: 4, checksum: null, archive: null, source: 'https://files.example/b.csv?signature=2' },
        ...{ state: 'pending', md5: null, bytesDone: 0 },
      },
    ])
  })

  it('knows nothing of a file without checksum that comes from another place', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.moved' })
    await bench.db
      .knex('zenodo_copy_files')
      .where({ copy_id: id })
      .update({ state: 'sent', md5: 'a'.repeat(32) })
    await bench.enqueue({ doi: '10.5061/dryad.moved', from: 'elsewhere/' })
    expect(await bench.store.reading.files(id)).toMatchObject([{ state: 'pending', md5: null }])
  })

  it('replaces the files of a copy that has not begun', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.replace', files: { 'a.csv': 3 } })
    const [again] = await bench.enqueue({ doi: '10.5061/dryad.replace', files: { 'c.csv': 9, 'a.csv': 3 } })
    expect(again!.copy).toMatchObject({ id, bytesTotal: 12, filesTotal: 2 })
    expect((await bench.store.reading.files(id)).map(({ path }) => path)).toEqual(['c.csv', 'a.csv'])
    const events = await bench.store.reading.events(id)
    expect(events.at(-1)).toMatchObject({ kind: 'files_replaced', data: { files: 2, kept: 1 } })
  })

  it('stores more files than fit into one statement', async () => {
    const files = Object.fromEntries(Array.from({ length: 1203 }, (_, index) => [`${index}.csv`, index]))
    const id = await bench.add({ doi: '10.5061/dryad.lots', files })
    const stored = await bench.store.reading.files(id)
    expect(stored.map(({ path }) => path)).toEqual(Object.keys(files))
  })

  it('refuses a second row for a version and type, a row of nowhere, and the removal of what is referred to', async () => {
    const { knex } = bench.db
    const id = await bench.add({ doi: '10.5061/dryad.keys' })
    const { id: _, running_key, software_doi, open_position, queue_time, ...row } = await bench.row(id)
    await expect(knex('zenodo_copies').insert(row)).rejects.toSatisfy(bench.db.dialect.isDuplicate)
    await expect(
      knex('zenodo_copies').insert({ ...row, copy_type: 'supp', family: 'supp', dataset_id: 99_999 }),
    ).rejects.toThrow()
    await expect(knex('zenodo_copies').where({ id }).del()).rejects.toThrow()
    await expect(knex('datasets').where({ id: row.dataset_id }).del()).rejects.toThrow()
    await expect(knex('zenodo_copies').where({ id }).update({ state: 'lost' })).rejects.toThrow()
    await expect(knex('zenodo_copies').where({ id }).update({ family: 'supp' })).rejects.toThrow()
    await expect(knex('zenodo_copies').where({ id }).update({ state: 'replicating' })).rejects.toThrow()
    expect(await bench.row(id)).toMatchObject({ state: 'enqueued', family: 'data' })
  })

  it('shows the DOI of software and supplemental copies in the column of that name', async () => {
    const [software] = await bench.enqueue({ doi: '10.5061/dryad.doi', types: ['software'] })
    const data = await bench.add({ doi: '10.5061/dryad.doi' })
    await bench.db.knex('zenodo_copies').whereIn('id', [software!.copy.id, data]).update({ doi: '10.5281/zenodo.1' })
    expect(await bench.row(software!.copy.id)).toMatchObject({ software_doi: '10.5281/zenodo.1' })
    expect(await bench.row(data)).toMatchObject({ software_doi: null })
  })
})
