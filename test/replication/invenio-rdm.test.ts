/** Does the service work at an InvenioRDM repository that is not Zenodo: ids in letters, DOIs of its own, no deposit API? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const id = /^[0-9a-z]{5}-[0-9a-z]{5}$/

describe('an InvenioRDM repository', () => {
  let world: World
  const open = async (config: Record<string, unknown> = {}, emulator: Record<string, unknown> = {}) => {
    world = await createWorld('sqlite by the records API', { config, emulator: { repository: 'invenio', ...emulator } })
  }
  beforeEach(() => open({ 'data.doi': 'zenodo', 'zenodo.publisher': 'Our archive' }))
  afterEach(() => world.close())

  it('takes a submission, whose DOI is known before it is published, and its later versions', async () => {
    const files = { 'a.R': 'one', 'b.R': 'two' }
    const submission = await world.bring({ software: files }, 'software')
    expect(submission).toMatchObject({ state: 'finished', depositionId: expect.stringMatching(id) })
    expect(submission.doi).toBe(`10.82433/${submission.depositionId}`)
    const published = await world.bring({ software: files, published: true }, 'software_publish')
    const { depositionId, doi } = submission
    expect(published).toMatchObject({ state: 'finished', depositionId, doi })
    const second = await world.bring(
      { number: 2, software: { ...files, 'c.R': 'three' }, published: true },
      'software_publish',
    )
    expect(second).toMatchObject({ state: 'finished', conceptRecid: published.conceptRecid })
    expect(second.depositionId).not.toBe(depositionId)
    expect(second.doi).toBe(`10.82433/${second.depositionId}`)
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s({ ...files, 'c.R': 'three' }))
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('put'))).toHaveLength(3)
  })

  it('a next version whose files cannot be imported is gone on with, not forgotten', async () => {
    await world.bring({ software: { 'a.R': 'one' } }, 'software_publish')
    await world.zenodo.fault({
      match: { method: 'POST', path: 'files-import' },
      times: 0,
      status: 403,
      body: { message: 'Permission denied.' },
    })
    const second = await world.bring({ number: 2, software: { 'a.R': 'two' } }, 'software')
    expect(second.state).toBe('finished')
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s({ 'a.R': 'two' }))
    expect((await world.zenodo.records()).filter(({ state }) => state === 'unsubmitted')).toHaveLength(1)
  })

  it('takes data under its own DOIs, a version each, related to the dataset', async () => {
    const first = await world.bring({ data: { 'a.csv': 'one' }, published: true }, 'data')
    const second = await world.bring({ number: 2, data: { 'a.csv': 'two' }, published: true }, 'data')
    expect([first.state, second.state]).toEqual(['finished', 'finished'])
    expect(second.conceptRecid).toBe(first.conceptRecid)
    const { metadata } = await world.zenodo.record(second.depositionId)
    expect(metadata).toMatchObject({
      imprint_publisher: 'Our archive',
      related_identifiers: [{ identifier: '10.5061/dryad.abc', relation: 'isIdenticalTo' }],
    })
  })

  it('goes on with a draft whose creation was not answered', async () => {
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, drop: true })
    const copy = await world.bring({ software: { 'a.R': 'one' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', depositionId: expect.stringMatching(id) })
    expect(await world.zenodo.records()).toHaveLength(1)
  })
})

describe('files by the records API', () => {
  it('that were announced and not finished are sent again or removed, and do not hold up the publication', async () => {
    const world = await createWorld('sqlite by the records API')
    try {
      const gone = { method: 'PUT', path: '/draft/files/b.csv/content$' }
      await world.zenodo.fault({ match: gone, times: 0, status: 400, body: '{"status":400,"message":"No."}' })
      const failed = await world.bring({ software: { 'a.csv': 'one', 'b.csv': 'two', 'c.csv': 'three' } }, 'software')
      expect(failed).toMatchObject({ state: 'error' })
      await world.zenodo.clearFaults()
      const next = await world.enqueue({ number: 2, software: { 'a.csv': 'one', 'c.csv': 'three' }, published: true })
      await world.app.act('cancel', { filter: { ids: [failed.id] }, actor: { name: 'curator', reason: null } })
      await world.work()
      const copy = await world.copy(next.software_publish!.id)
      expect(copy).toMatchObject({ state: 'finished' })
      expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'a.csv': 'one', 'c.csv': 'three' }))
    } finally {
      await world.close()
    }
  })
})
