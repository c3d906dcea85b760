/** Which events of the repository make copies, and which do not? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import type { PersonAction } from '../../src/core/copy-state.ts'
import { databases } from '../support/database.ts'
import { openBeside } from '../support/open-beside.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(databases)('what makes copies on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const all = async () => (await world.app.reading.list({ sort: 'id', order: 'asc', limit: 100 })).copies
  const types = async () => (await all()).map((copy) => `${copy.version.number} ${copy.type}`)
  const software = { 'a.R': '1' }
  const data = { 'd.csv': 'x' }

  it('5: a version that is not public (embargoed, withdrawn) gets no publish copy, whatever it was before', async () => {
    await world.enqueue({ software })
    await world.enqueue({ software, title: 'Embargoed' })
    expect(await types()).toEqual(['1 software'])
    await world.enqueue({ software, published: true })
    await world.work()
    await world.zenodo.forgetRequests()
    await expect(world.enqueue({ software, published: false })).rejects.toMatchObject({
      code: 'manifest_changed',
      message: expect.stringContaining('work on it has begun'),
    })
    await world.work()
    expect(await types()).toEqual(['1 software', '1 software_publish'])
    expect(await world.zenodo.calls()).toEqual([])
  })

  it.each<PersonAction | 'error' | 'finished'>(['defer', 'cancel', 'error', 'finished'])(
    '6: set to published again, a version whose publish copy was or is in %s gets no second one',
    async (state) => {
      const draft = { software, published: true }
      const { software_publish: copy } = await world.enqueue(draft, 'software_publish')
      const filter = { ids: [copy!.id] }
      if (state === 'error') await world.zenodo.fault({ match: { method: 'PUT' }, times: 0, status: 400, body: {} })
      if (state === 'error' || state === 'finished') await world.work()
      else await world.app.act(state as PersonAction, { filter, actor })
      const before = await world.copy(copy!.id)
      expect((await world.enqueue(draft, 'software_publish')).software_publish).toEqual(before)
      expect(await types()).toEqual(['1 software_publish'])
    },
  )

  it('7: a publication that names its copies makes no copy of the data; a wish for one does, once', async () => {
    await world.enqueue({ data, software, published: true }, 'software', 'software_publish')
    expect(await types()).toEqual(['1 software', '1 software_publish'])
    const wish = () => world.enqueue({ data, software, published: true }, 'data')
    const enqueued = (await wish()).data!
    expect((await wish()).data).toEqual(enqueued)
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/.*/d.csv' }, times: 0, status: 400, body: {} })
    await world.work()
    const failed = await world.copy(enqueued.id)
    expect(failed.state).toBe('error')
    expect((await wish()).data).toEqual(failed)
    await world.zenodo.clearFaults()
    await world.app.act('requeue', { filter: { ids: [enqueued.id] }, actor })
    await world.work()
    const finished = await world.copy(enqueued.id)
    expect(finished.state).toBe('finished')
    expect((await wish()).data).toEqual(finished)
  })

  it('7: a wish for the data of a version without any makes nothing, and says why', async () => {
    await world.bring({ data, published: true }, 'data')
    const second = { number: 2, software, published: true }
    await expect(world.enqueue(second, 'data')).rejects.toMatchObject({
      code: 'nothing_to_enqueue',
      message: expect.stringContaining('version 2 of 10.5061/dryad.abc is published and has no files'),
    })
    await world.enqueue(second)
    expect(await types()).toEqual(['1 data', '2 software', '2 software_publish'])
  })

  it('8: of a version that is still being edited, the last manifest before the start is sent, with all its files', async () => {
    await world.enqueue({ software: { 'a.R': 'half' } })
    await world.enqueue({ software: { 'a.R': 'half', 'b.R': 'other half' }, title: 'Edited' })
    await world.enqueue({ software: { 'a.R': 'whole', 'c.R': 'more' }, title: 'Edited again' })
    await world.work()
    const [copy, ...others] = await all()
    expect(others).toEqual([])
    const record = await world.zenodo.record(copy!.depositionId)
    expect(held(record)).toEqual(md5s({ 'a.R': 'whole', 'c.R': 'more' }))
    expect(record.metadata).toMatchObject({ title: 'Edited again' })
  })

  it('8: an edit of a version that has been sent is refused in words, so that later files cannot get lost unseen', async () => {
    await world.bring({ software: { 'a.R': 'half' } }, 'software')
    const edited = { 'a.R': 'half', 'b.R': 'other half' }
    await expect(world.enqueue({ software: edited })).rejects.toMatchObject({
      code: 'manifest_changed',
      message: expect.stringContaining('The files of this manifest differ from what is stored for the version'),
      hint: expect.stringContaining('Enqueue the change as a new version'),
    })
    const second = await world.bring({ number: 2, software: edited }, 'software')
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(edited))
  })

  it('9: a copy that was stored while nothing could hear of it is picked up by the worker all the same', async () => {
    const stop = new AbortController()
    const repository = await openBeside(world)
    const working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
    try {
      await expect.poll(() => world.events.some((event) => event.kind === 'worker.ready')).toBe(true)
      const request = { manifest: world.manifest({ software }), fileRoot: null, types: ['software'] as CopyType[] }
      const rest = { publish: false, priority: null, runAfter: null, requestedBy: 'repository' }
      const [enqueued] = await repository.enqueue({ ...request, ...rest })
      await expect.poll(async () => (await world.copy(enqueued!.copy.id)).state, { timeout: 20_000 }).toBe('finished')
    } finally {
      stop.abort('test')
      await working
      await repository.close()
    }
  })
})
