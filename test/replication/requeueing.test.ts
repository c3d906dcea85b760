import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: 'test' }

describe.each(databases)('people and copies on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('96: a duplicate task for a finished copy changes nothing', async () => {
    const copy = await world.bring({ software: { 'a.R': '1' } }, 'software')
    await world.zenodo.forgetRequests()
    const told = await world.outbox()
    await world.enqueue({ software: { 'a.R': '1' } }, 'software')
    await expect(world.app.act('requeue', { filter: { ids: [copy.id] }, actor })).rejects.toMatchObject({
      code: 'action_refused',
    })
    await world.work()
    expect(await world.copy(copy.id)).toEqual(copy)
    expect(await world.zenodo.calls()).toEqual([])
    expect(await world.outbox()).toEqual(told)
  })

  it('105: one action requeues a whole chain, and it runs in order', async () => {
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/deposit' },
      times: 1,
      status: 400,
      body: '{"status":400,"message":"A validation error occurred.","errors":[{"field":"metadata.title","messages":["No."]}]}',
    })
    for (const number of [1, 2, 3]) await world.enqueue({ number, software: { 'a.R': `v${number}` } }, 'software')
    await world.work()
    const states = async () =>
      (await world.app.reading.list({ sort: 'id', order: 'asc' })).copies.map((copy) => copy.state)
    expect(await states()).toEqual(['error', 'enqueued', 'enqueued'])
    const { done } = await world.app.act('requeue', {
      filter: { dataset: '10.5061/dryad.abc', states: ['error'] },
      actor,
    })
    expect(done).toHaveLength(1)
    await world.work()
    expect(await states()).toEqual(['finished', 'finished', 'finished'])
  })

  it('a cancelled copy lets the next version go; a deferred one holds it back until it is resumed', async () => {
    const first = (await world.enqueue({ software: { 'a.R': '1' } }, 'software')).software!
    const second = (await world.enqueue({ number: 2, software: { 'a.R': '2' } }, 'software')).software!
    await world.app.act('defer', { filter: { ids: [first.id] }, actor })
    await world.work()
    expect(await world.copy(second.id)).toMatchObject({ state: 'enqueued', blockedBy: first.id })
    await world.app.act('cancel', { filter: { ids: [first.id] }, actor })
    await world.work()
    expect(await world.copy(second.id)).toMatchObject({ state: 'finished' })
    const story = await world.app.reading.events(first.id)
    expect(story.filter((event) => event.actor === 'curator').map((event) => event.kind)).toHaveLength(2)
  })

  it('26, 69: the repository is told what is at Zenodo, and only after publication that staging may be deleted', async () => {
    const draft = await world.bring({ software: { 'a.R': '1' } }, 'software')
    expect((await world.outbox()).map((message) => message.kind)).toEqual(['copy.finished'])
    await world.bring({ software: { 'a.R': '1' } }, 'software_publish')
    const messages = await world.outbox()
    expect(messages.map((message) => message.kind)).toEqual([
      'copy.finished',
      'copy.finished',
      'staging.may_be_deleted',
    ])
    expect(messages[1]?.payload).toMatchObject({
      dataset: { doi: '10.5061/dryad.abc' },
      published: true,
      depositionId: draft.depositionId,
      doi: draft.doi,
      relation: 'IsDerivedFrom',
      files: [{ path: 'a.R', size: 1, state: 'kept' }],
    })
  })

  it('46: what Zenodo refuses ends in an error that a person can read, and a corrected manifest puts it right', async () => {
    await world.enqueue({ software: { 'a.R': '1' }, metadata: { creators: [] } }, 'software_publish')
    await world.work()
    const [copy] = (await world.app.reading.list({})).copies
    expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_refused_metadata' } })
    expect(copy?.error?.message).toContain('metadata.creators')
    expect((await world.outbox()).map((message) => message.kind)).toEqual(['copy.error'])
    const corrected = world.manifest({ software: { 'a.R': '1' } })
    corrected.files.software[0]!.source = world.source.put('moved/a.R', '1')
    world.source.misbehave('software/v1/a.R', (_request, response) => response.writeHead(403).end(), 100)
    await world.enqueueManifest(corrected, 'software_publish')
    const [file] = await world.app.reading.files(copy!.id)
    expect(file?.source).toContain('moved')
    await world.app.act('requeue', { filter: { ids: [copy!.id] }, actor })
    await world.work()
    expect(await world.copy(copy!.id)).toMatchObject({ state: 'finished', error: null })
  })
})

describe.each(databases)('an outage of Zenodo on %s', (kind) => {
  it('costs no copy an attempt, halts claiming, and ends by itself', async () => {
    const world = await createWorld(kind, { config: { 'breaker.failures': 1 } })
    try {
      await world.enqueue({ software: { 'a.R': '1' } }, 'software')
      await world.zenodo.fault({ match: { path: '/api/' }, times: 0, status: 503, body: '<html>down</html>' })
      await expect(world.work()).rejects.toMatchObject({ code: 'zenodo_unavailable' })
      const [copy] = (await world.app.reading.list({})).copies
      expect(copy).toMatchObject({ state: 'enqueued', attempts: 0 })
      await world.zenodo.clearFaults()
      await world.work()
      expect(await world.copy(copy!.id)).toMatchObject({ state: 'finished', attempts: 1 })
    } finally {
      await world.close()
    }
  })

  it('charges no copy either when the database cannot store the halt at that moment', async () => {
    const world = await createWorld(kind, { config: { 'breaker.failures': 1 } })
    const stop = new AbortController()
    try {
      const { software } = await world.enqueue({ software: { 'a.R': '1' } }, 'software')
      await world.zenodo.fault({
        match: { path: '/api/' },
        times: 0,
        delayMs: 100,
        status: 503,
        body: '<html>down</html>',
      })
      const working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
      await expect.poll(() => world.events.some((event) => event.kind === 'copy.claimed'), { interval: 5 }).toBe(true)
      await world.sql('ALTER TABLE switches RENAME TO switches_away')
      await expect
        .poll(() => world.events.some((event) => event.kind === 'breaker.opened'), { timeout: 20_000 })
        .toBe(true)
      await world.sql('ALTER TABLE switches_away RENAME TO switches')
      await world.zenodo.clearFaults()
      await expect.poll(async () => (await world.copy(software!.id)).state, { timeout: 20_000 }).toBe('finished')
      expect(await world.copy(software!.id)).toMatchObject({ attempts: 1, error: null })
      stop.abort('test')
      await working
    } finally {
      stop.abort('test')
      await world.close()
    }
  })

  it('a refused token halts the worker and blames no copy', async () => {
    const world = await createWorld(kind, { config: { 'zenodo.token': 'wrong' } })
    try {
      await world.enqueue({ software: { 'a.R': '1' } }, 'software')
      await expect(world.work()).rejects.toMatchObject({ code: 'zenodo_token_refused' })
      expect((await world.app.reading.list({})).copies[0]).toMatchObject({ state: 'enqueued', attempts: 0 })
    } finally {
      await world.close()
    }
  })
})
