import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

describe.each(backends)('the extra copy of data on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it("10: creates a deposition under the dataset's DOI, sends every file, and publishes it", async () => {
    const data = { 'a.csv': 'one', 'b.csv': 'two', 'c.csv': 'three' }
    const copy = await world.bring({ data, published: true }, 'data')
    const id = copy.depositionId
    expect(copy).toMatchObject({
      state: 'finished',
      attempts: 1,
      doi: '10.5061/dryad.abc',
      bytesDone: 11,
      filesDone: 3,
    })
    const calls = await world.zenodo.calls()
    expect(calls.slice(0, 2)).toEqual(['create', `metadata ${id}`])
    expect(calls.slice(2, 5).toSorted()).toEqual(['put a.csv', 'put b.csv', 'put c.csv'])
    expect(calls.slice(5)).toEqual([`get ${id}`, `publish ${id}`, `get ${id}`])
    const record = await world.zenodo.record(id)
    expect(record).toMatchObject({ state: 'done', doi: '10.5061/dryad.abc' })
    expect(held(record)).toEqual(md5s(data))
  })

  it('10: stores the deposition before the first file is sent', async () => {
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/' },
      times: 0,
      status: 400,
      body: '{"status":400,"message":"Empty files are not accepted."}',
    })
    const copy = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    expect(copy).toMatchObject({ state: 'error', step: 'upload' })
    expect(copy.depositionId).toBe((await world.zenodo.records())[0]?.id)
  })

  it('11: a later version edits the same deposition and sends only what changed since', async () => {
    const first = await world.bring(
      { data: { 'a.csv': 'one', 'b.csv': 'two', 'k.csv': 'kept' }, published: true },
      'data',
    )
    await world.zenodo.forgetRequests()
    const data = { 'a.csv': 'ONE!', 'c.csv': 'three', 'k.csv': 'kept' }
    const third = await world.bring({ number: 3, data, published: true }, 'data')
    const id = first.depositionId
    expect(third).toMatchObject({ state: 'finished', depositionId: id })
    const calls = await world.zenodo.calls()
    expect(calls.slice(0, 4)).toEqual([`get ${id}`, `edit ${id}`, `metadata ${id}`, 'delete b.csv'])
    expect(calls.slice(4, 6).toSorted()).toEqual(['put a.csv', 'put c.csv'])
    expect(calls.slice(6)).toEqual([`get ${id}`, `publish ${id}`, `get ${id}`])
    expect(held(await world.zenodo.record(id))).toEqual(md5s(data))
  })

  it('19: a failed copy is continued on its own deposition, never on a second one', async () => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 502, body: '<html>' })
    const copy = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    expect((await world.zenodo.calls()).filter((call) => call === 'create')).toHaveLength(1)
    expect(copy.state).toBe('error')
    await world.zenodo.clearFaults()
    await world.app.act('requeue', { filter: { ids: [copy.id] }, actor: { name: 'test', reason: null } })
    await world.work()
    expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', depositionId: copy.depositionId })
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it('21: an edited record is published again although Zenodo says `submitted` all along, and shows the new metadata', async () => {
    const draft = { data: { 'a.csv': 'one' }, published: true }
    const first = await world.bring(draft, 'data')
    await world.zenodo.forgetRequests()
    await world.bring({ ...draft, number: 2, title: 'A better title' }, 'data')
    expect(await world.zenodo.calls()).toContain(`publish ${first.depositionId}`)
    const record = await world.zenodo.record(first.depositionId)
    expect(record).toMatchObject({ state: 'done', metadata: { title: 'A better title' } })
  })

  it('without the grant to change files, the error names the setting that avoids the need', async () => {
    await world.zenodo.settings({ externalDoiFiles: 'refused' })
    await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    const second = await world.bring({ number: 2, data: { 'a.csv': 'two' }, published: true }, 'data')
    expect(second).toMatchObject({ state: 'error', error: { code: 'zenodo_files_locked' } })
    expect(second.error?.hint).toContain('data.doi')
  })
})

it.each(backends)('a published record is in the communities of the configuration, on %s', async (backend) => {
  const world = await createWorld(backend, {
    config: { 'zenodo.communities': ['dryad', 'unknown'] },
    emulator: { communities: [{ slug: 'dryad' }] },
  })
  try {
    const copy = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    expect(copy).toMatchObject({ state: 'finished' })
    const { metadata } = await world.zenodo.record(copy.depositionId)
    expect(metadata.communities).toEqual([{ identifier: 'dryad' }])
  } finally {
    await world.close()
  }
})

describe.each(backends)('data under a DOI of Zenodo on %s', (kind) => {
  it('gets a new version for each dataset version, tied to the dataset, with a DOI of its own', async () => {
    const world = await createWorld(kind, { config: { 'data.doi': 'zenodo' } })
    try {
      const first = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
      const second = await world.bring({ number: 2, data: { 'a.csv': 'two' }, published: true }, 'data')
      expect([first.state, second.state]).toEqual(['finished', 'finished'])
      expect(second.conceptRecid).toBe(first.conceptRecid)
      expect(second.doi).toBe(`10.5281/zenodo.${second.depositionId}`)
      const record = await world.zenodo.record(second.depositionId)
      expect(record.metadata.related_identifiers).toContainEqual(
        expect.objectContaining({ identifier: '10.5061/dryad.abc', relation: 'isIdenticalTo' }),
      )
      expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s({ 'a.csv': 'one' }))
    } finally {
      await world.close()
    }
  })
})
