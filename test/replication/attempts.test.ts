/** What is tried again by itself, how often, and what is left to read of it? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyTypes } from '../../src/core/copy.ts'
import { backends } from '../support/backends.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }
const doi = '10.5061/dryad.abc'
const files = { 'f1.txt': 'one' }
const all = { data: files, software: files, supp: files, published: true }
const failing = {
  status: 500,
  headers: { 'content-type': 'application/json' },
  body: '{"status":500,"message":"Internal server error."}',
}

describe.each(backends)('trying again, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const copies = async () => (await world.app.reading.list({ sort: 'id', order: 'asc' })).copies
  const failures = async (id: number) =>
    (await world.app.reading.events(id)).filter((event) => event.kind === 'retry' || event.kind === 'error')
  const notices = async () => (await world.outbox()).filter((message) => message.kind === 'copy.error')

  it('93: copies of all five types that failed for a passing reason go by themselves, each in its own flow', async () => {
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, times: 3, ...failing })
    await world.zenodo.fault({ match: { method: 'POST', path: '/actions/publish$' }, times: 3, ...failing })
    await world.enqueue({ ...all, publicationDate: '2026-11-01' }, ...copyTypes)
    await world.work()
    for (const copy of await copies()) {
      expect(copy).toMatchObject({ state: 'finished', error: null })
      expect(copy.attempts, copy.type).toBeGreaterThan(1)
    }
    const records = await world.zenodo.records()
    expect(records.map(({ state, metadata }) => [state, metadata.upload_type]).toSorted()).toEqual([
      ['done', 'dataset'],
      ['done', 'other'],
      ['done', 'software'],
    ])
    expect(records.map(({ doi: own }) => own)).toContain(doi)
    for (const record of records) expect(held(record)).toEqual(md5s(files))
    expect(await notices()).toEqual([])
  })

  it('100: a step that fails after a new version was made goes on with the draft that is there', async () => {
    await world.bring({ software: files }, 'software_publish')
    await world.zenodo.forgetRequests()
    await world.zenodo.fault({ match: { method: 'PUT', path: '/depositions/' }, times: 6, ...failing })
    const copy = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('newversion'))).toHaveLength(1)
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f2.txt': 'two' }))
    expect(await world.zenodo.records()).toHaveLength(2)
  })

  it.each([
    [5, 1],
    [6, 2],
  ])('110: %i gateway time-outs in a row make %i runs', async (times, attempts) => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/depositions/' }, times, status: 504, body: '<html>' })
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts })
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('metadata'))).toHaveLength(times + 1)
  })

  it('94: what has used up its attempts waits for a person; requeued, it has all of them again', async () => {
    world.source.misbehave('software/v1/f1.txt', (_request, response) => response.writeHead(503).end(), 1000)
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'error', attempts: 4, error: { code: 'source_unavailable' } })
    const asked = world.source.hits('software/v1/f1.txt')
    await world.work()
    expect(await world.copy(copy.id)).toEqual(copy)
    expect(world.source.hits('software/v1/f1.txt')).toBe(asked)
    await world.app.act('requeue', { filter: { ids: [copy.id] }, actor })
    expect(await world.copy(copy.id)).toMatchObject({ state: 'enqueued', attempts: 0, error: null })
    world.source.misbehave('software/v1/f1.txt', (_request, response) => response.writeHead(503).end(), 4)
    await world.work()
    expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', attempts: 2, depositionId: copy.depositionId })
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it('94: what a person has parked is not tried, until it is resumed', async () => {
    const { software } = await world.enqueue({ software: files }, 'software')
    await world.app.act('defer', { filter: { ids: [software!.id] }, actor })
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'deferred', attempts: 0 })
    expect(await world.zenodo.calls()).toEqual([])
    await world.app.act('resume', { filter: { ids: [software!.id] }, actor })
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished', attempts: 1 })
  })

  it('95, 108: waiting behind a failed copy costs nothing and is no incident of its own', async () => {
    world.source.misbehave('software/v1/f1.txt', (_request, response) => response.writeHead(404).end(), 1000)
    for (const number of [1, 2, 3]) await world.enqueue({ number, software: files }, 'software')
    await world.work()
    const [first, ...waiting] = await copies()
    expect(first).toMatchObject({ state: 'error', attempts: 1 })
    for (const copy of waiting) {
      expect(copy).toMatchObject({ state: 'enqueued', attempts: 0, error: null })
      expect((await world.app.reading.events(copy.id)).map((event) => event.kind)).toEqual(['enqueued'])
    }
    expect((await notices()).map(({ payload }) => payload.copyId)).toEqual([first!.id])
  })

  it('95: a run that did work counts one attempt, a refusal beforehand and a rate limit none', async () => {
    const done = await world.bring({ software: files }, 'software')
    expect(done.attempts).toBe(1)
    const manifest = world.manifest({ doi: '10.5061/dryad.large', software: files })
    for (const file of manifest.files.software) file.size = 60_000_000_000
    const { software: refused } = await world.enqueueManifest(manifest, 'software')
    await world.work()
    expect(await world.copy(refused!.id)).toMatchObject({
      state: 'error',
      attempts: 0,
      error: { code: 'file_too_large' },
    })
  })

  it.each(['data', 'software', 'supp'] as const)(
    '108: the notice of a failed %s copy says which, where and what to do, in few words, once an incident',
    async (family) => {
      const said = `Too long a story. ${'x'.repeat(1_000_000)}`
      const body = JSON.stringify({
        status: 400,
        message: said,
        errors: [{ field: 'metadata.title', messages: [said] }],
      })
      const refusal = { status: 400, headers: failing.headers, body }
      await world.zenodo.fault({ match: { method: 'PUT', path: '/depositions/' }, times: 2, ...refusal })
      const copy = await world.bring({ [family]: files }, family)
      expect(copy).toMatchObject({ state: 'error', error: { code: 'zenodo_refused_metadata' } })
      const [notice, ...others] = await notices()
      expect(others).toEqual([])
      expect(notice?.payload).toMatchObject({
        copyId: copy.id,
        dataset: { doi },
        version: { number: 1 },
        type: family,
        depositionId: copy.depositionId,
        doi: copy.doi,
        code: 'zenodo_refused_metadata',
        message: expect.stringContaining('Too long a story.'),
        hint: expect.stringContaining('requeue'),
      })
      expect(JSON.stringify(notice).length).toBeLessThan(4000)
      await world.app.act('requeue', { filter: { ids: [copy.id] }, actor })
      await world.work()
      expect(await notices()).toHaveLength(2)
    },
  )

  it('109: after success the earlier failures can still be read, each in bounded words', async () => {
    const said = JSON.stringify({ status: 500, message: 'x'.repeat(1_000_000) })
    await world.zenodo.fault({ match: { path: '/actions/publish$' }, times: 2, ...failing, body: said })
    const copy = await world.bring({ software: files }, 'software_publish')
    expect(copy).toMatchObject({ state: 'finished', attempts: 3, error: null })
    const told = await failures(copy.id)
    expect(told.map((event) => event.data.code)).toEqual(['zenodo_unavailable', 'zenodo_unavailable'])
    expect(told[0]?.data.message).toMatch(/^Publishing deposition \d+: Zenodo answered 500/)
    const story = await world.app.reading.events(copy.id)
    expect(story.at(-1)?.kind).toBe('finished')
    for (const event of story) expect(JSON.stringify(event).length).toBeLessThan(4000)
  })
})

describe.each(backends)('a defect of our own, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it.each([
    ['makes no sense', '{}'],
    ['is no JSON', '{"schema":'],
  ])('99: a stored manifest that %s stops its copy with a text and a notice, and nothing else', async (_name, text) => {
    const { software } = await world.enqueue({ software: files }, 'software')
    await world.sql(`UPDATE dataset_versions SET manifest = '${text}'`)
    const other = await world.bring({ doi: '10.5061/dryad.other', software: files }, 'software')
    expect(other.state).toBe('finished')
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'error', error: { code: 'internal_error' } })
    expect(copy.error?.message.length).toBeGreaterThan(20)
    expect((await world.outbox()).map((message) => message.kind).toSorted()).toEqual(['copy.error', 'copy.finished'])
    const manifest = JSON.stringify(world.manifest({ software: files }))
    await world.sql(`UPDATE dataset_versions SET manifest = '${manifest}' WHERE manifest = '${text}'`)
    await world.app.act('requeue', { filter: { ids: [copy.id] }, actor })
    await world.work()
    expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', error: null })
  })
})
