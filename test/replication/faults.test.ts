import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backends } from '../support/backends.ts'
import { holdSource } from '../support/gate.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(backends)('lost answers and other faults on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const files = { 'f1.txt': 'one' }

  it.each([
    ['a 504', { status: 504, body: '<html>' }],
    ['a cut connection', { drop: true }],
  ])('101: a create that was answered by %s is adopted: one draft, no second create', async (_name, answer) => {
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, ...answer })
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect((await world.zenodo.calls()).filter((call) => call === 'create')).toHaveLength(1)
    const [record, ...others] = await world.zenodo.records()
    expect(others).toEqual([])
    expect(JSON.stringify(record?.metadata)).not.toContain('zenodo-replicator:')
  })

  it('101: a create whose answer was lost because the process died is adopted by the next run', async () => {
    const { software } = await world.enqueue({ software: files }, 'software')
    await world.zenodo.fault({
      match: { method: 'POST', path: '/depositions$' },
      commit: true,
      delayMs: 60_000,
      status: 201,
    })
    const stop = new AbortController()
    const working = world.app.worker({ mode: 'once', only: null }, stop.signal)
    await expect.poll(async () => (await world.zenodo.records()).length).toBe(1)
    stop.abort('stop')
    await working
    await world.zenodo.clearFaults()
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished' })
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it.each([
    ['after it was done', { commit: true, status: 504, body: '<html>' }],
    ['before it was done', { status: 500, body: '{"status":500,"message":"x"}' }],
  ])('100: a new version that failed %s is continued, and there is never a second draft', async (_name, fault) => {
    await world.bring({ software: files }, 'software_publish')
    await world.zenodo.fault({ match: { path: '/actions/newversion' }, ...fault })
    const copy = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    expect(copy.state).toBe('finished')
    const records = await world.zenodo.records()
    expect(records.map((record) => record.state).toSorted()).toEqual(['done', 'unsubmitted'])
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f2.txt': 'two' }))
  })

  it('a changed file of the same size whose source is gone is an error, never published as it was before', async () => {
    await world.bring({ software: { 'a.csv': 'old!' } }, 'software_publish')
    await world.zenodo.forgetRequests()
    world.source.misbehave('software/v2/a.csv', (_request, response) => response.writeHead(403).end(), 100)
    const copy = await world.bring({ number: 2, software: { 'a.csv': 'new!' } }, 'software_publish')
    expect(copy).toMatchObject({ state: 'error', error: { code: 'source_missing' } })
    expect((await world.zenodo.calls()).some((call) => call.startsWith('publish'))).toBe(false)
  })

  it('an earlier version that comes in after a create whose answer was lost makes no second draft beside it', async () => {
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, times: 1, drop: true })
    await world.zenodo.fault({
      match: { method: 'GET', path: '/depositions\\?' },
      times: 0,
      status: 403,
      body: { status: 403 },
    })
    const { software } = await world.enqueue({ number: 2, software: files }, 'software')
    await expect(world.work()).rejects.toMatchObject({ code: 'zenodo_token_refused' })
    expect(await world.copy(software!.id)).toMatchObject({ state: 'enqueued', attempts: 0, depositionId: null })
    const late = world.enqueue({ number: 1, software: { 'f0.txt': 'zero' } }, 'software')
    await expect(late).rejects.toMatchObject({ code: 'version_superseded' })
    await world.zenodo.clearFaults()
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished' })
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it('a draft or record that is not to be seen for a moment is not taken for gone', async () => {
    const unseen = { status: 404, body: { status: 404, message: 'The persistent identifier does not exist.' } }
    const first = await world.bring({ software: files }, 'software')
    await world.zenodo.fault({ match: { method: 'GET', path: `/depositions/${first.depositionId}` }, ...unseen })
    await world.bring({ software: files }, 'software_publish')
    await world.zenodo.fault({
      match: { method: 'GET', path: `/depositions/${first.depositionId}` },
      times: 3,
      ...unseen,
    })
    await world.bring({ number: 2, software: { 'f1.txt': 'two' } }, 'software_publish')
    const records = await world.zenodo.records()
    expect(records.map((record) => record.state)).toEqual(['done', 'done'])
    expect(new Set(records.map((record) => record.conceptrecid)).size).toBe(1)
  })

  it("a front end's error page is not taken for Zenodo's word that a draft is gone", async () => {
    const first = await world.bring({ software: files }, 'software')
    const page = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' }
    await world.zenodo.fault({
      match: { method: 'GET', path: `/depositions/${first.depositionId}` },
      times: 2,
      ...page,
    })
    const second = await world.bring({ number: 2, software: { 'f1.txt': 'two' } }, 'software')
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it('a draft that a person deleted at Zenodo is made anew, and nobody points at the dead one', async () => {
    const first = await world.bring({ software: files }, 'software')
    const headers = { authorization: `Bearer ${world.emulator.token}` }
    await fetch(`${world.emulator.url}/api/deposit/depositions/${first.depositionId}`, { method: 'DELETE', headers })
    const second = await world.bring({ number: 2, software: files }, 'software')
    expect(second.state).toBe('finished')
    expect(second.depositionId).not.toBe(first.depositionId)
    expect((await world.copy(first.id)).depositionId).not.toBe(first.depositionId)
  })

  it('47: a draft that is dropped was emptied first, and the repository is told of no publication', async () => {
    await world.bring({ software: files }, 'software_publish')
    await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    const before = (await world.outbox()).length
    await world.zenodo.forgetRequests()
    const copy = await world.bring({ number: 3, software: {} }, 'software_publish')
    expect(copy.state).toBe('finished')
    const calls = await world.zenodo.calls()
    expect(calls.indexOf('delete f2.txt')).toBeLessThan(calls.findIndex((call) => call.startsWith('discard')))
    const told = (await world.outbox()).slice(before)
    expect(told.map(({ kind, payload }) => [kind, payload.published])).toEqual([
      ['copy.moved', undefined],
      ['copy.finished', false],
    ])
  })

  it('a discard whose answer was lost leaves no copy pointing at the dead draft', async () => {
    const published = await world.bring({ software: files }, 'software_publish')
    const second = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    await world.zenodo.fault({
      match: { method: 'DELETE', path: '/depositions/\\d+$' },
      commit: true,
      status: 504,
      body: '<html>',
    })
    const third = await world.bring({ number: 3, software: {} }, 'software_publish')
    expect(third).toMatchObject({ state: 'finished', depositionId: published.depositionId })
    expect((await world.copy(second.id)).depositionId).toBe(published.depositionId)
  })

  it('a maintenance page in place of a deletion leaves no draft behind', async () => {
    await world.bring({ software: files }, 'software')
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Back soon</html>' }
    await world.zenodo.fault({ match: { method: 'DELETE', path: '/depositions/|/draft$' }, ...page })
    const copy = await world.bring({ number: 2, software: {} }, 'software_publish')
    expect(copy).toMatchObject({ state: 'finished', depositionId: null })
    expect(await world.zenodo.records()).toEqual([])
  })

  it('a maintenance page answered with 200 is an outage, and charges no copy', async () => {
    await world.enqueue({ software: files }, 'software')
    await world.zenodo.fault({
      match: { path: '/api/' },
      times: 0,
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Back soon</html>',
    })
    await expect(world.work()).rejects.toMatchObject({ code: 'zenodo_unexpected_answer' })
    const [copy] = (await world.app.reading.list({})).copies
    expect(copy).toMatchObject({ state: 'enqueued', attempts: 0 })
  })

  it('a cancelled version that was overtaken cannot undo the later one', async () => {
    const first = (await world.enqueue({ software: files }, 'software')).software!
    await world.app.act('cancel', { filter: { ids: [first.id] }, actor })
    const second = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    const requeue = world.app.act('requeue', { filter: { ids: [first.id] }, actor })
    await expect(requeue).rejects.toMatchObject({
      code: 'action_refused',
      message: expect.stringContaining('later version'),
    })
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s({ 'f2.txt': 'two' }))
  })
})

describe.each(backends.filter((kind) => kind === 'mariadb'))('a database that cuts connections, %s', (kind) => {
  it('loses nothing and charges no attempt', async () => {
    const world = await createWorld(kind)
    try {
      const dois = [1, 2, 3].map((number) => `10.5061/dryad.${number}`)
      for (const doi of dois) await world.enqueue({ doi, software: { 'f1.txt': 'one' } }, 'software')
      const cutting = setInterval(() => void world.cutDatabase(), 150)
      await world.work().finally(() => clearInterval(cutting))
      const { copies } = await world.app.reading.list({})
      expect(copies.map((copy) => [copy.state, copy.attempts])).toEqual(Array(3).fill(['finished', 1]))
      expect(await world.zenodo.records()).toHaveLength(3)
    } finally {
      await world.close()
    }
  })
})

describe.each(backends.filter((kind) => kind === 'mariadb'))(
  'a database that takes no writes for a while, %s',
  (kind) => {
    it.each([
      ['its disk is full', 1114],
      ['it is read-only', 1290],
    ])('because %s, puts no copy in error, costs no attempt, and is named as the reason', async (reason, number) => {
      const world = await createWorld(kind)
      try {
        const gate = holdSource(world.source, 'software/v1/f1.txt', 'one')
        const { software } = await world.enqueue({ software: { 'f1.txt': 'one' } }, 'software')
        const working = world.work()
        await gate.reached
        await world.sql(
          `CREATE TRIGGER no_writes BEFORE INSERT ON zenodo_copy_events FOR EACH ROW SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${number}`,
        )
        gate.open()
        const troubles = () =>
          world.events.flatMap((event) => (event.kind === 'worker.trouble' ? [event.failure.message] : []))
        await vi.waitFor(() => expect(troubles()[0]).toContain(reason), { timeout: 20_000, interval: 20 })
        await world.sql('DROP TRIGGER no_writes')
        await working
        expect(await world.copy(software!.id)).toMatchObject({ state: 'finished', attempts: 1 })
        const kinds = (await world.app.reading.events(software!.id)).map((event) => event.kind)
        expect(kinds).not.toContain('error')
        expect(await world.zenodo.records()).toHaveLength(1)
      } finally {
        await world.close()
      }
    })
  },
)
