import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'
import { byHand, curator, finish } from './setup.ts'

const files = { 'f1.txt': 'one', 'f2.txt': 'two' }

describe.each(backends)('an audit, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('125: finds nothing where all is as it was left, and reads Zenodo without changing anything', async () => {
    await world.bring({ published: true, software: files, supp: files }, 'software')
    await world.enqueue({ published: true, software: files, supp: files })
    await world.bring({ doi: '10.5061/dryad.data', published: true, data: files }, 'data')
    await world.zenodo.forgetRequests()
    const { job, items } = await finish(world, 'audit')
    expect(items.map(({ finding, state }) => [finding, state])).toEqual(
      Array.from({ length: 3 }, () => ['as_recorded', 'done']),
    )
    expect(job).toMatchObject({ state: 'finished', total: 3, done: 3, failed: 0, passed: 0, startedBy: 'curator' })
    expect((await world.zenodo.requests()).filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('125: tells of a draft that lost a file and of a record that somebody edits, each with what puts it right', async () => {
    const draft = await world.bring({ doi: '10.5061/dryad.draft', software: files }, 'software')
    const record = await world.bring({ doi: '10.5061/dryad.record', published: true, supp: files }, 'supp_publish')
    const { files: held } = (await byHand(world, 'GET', `/${draft.depositionId}`)) as { files: Array<{ id: string }> }
    await byHand(world, 'DELETE', `/${draft.depositionId}/files/${held[0]!.id}`)
    await byHand(world, 'POST', `/${record.depositionId}/actions/edit`)
    const { job, items } = await finish(world, 'audit')
    expect(job).toMatchObject({ state: 'finished', total: 2, failed: 2 })
    expect(items.map(({ copyId, finding, data }) => [copyId, finding, data.remedy])).toEqual([
      [draft.id, 'files_differ', 'requeue'],
      [record.id, 'open_edit', 'refresh'],
    ])
    expect(items[0]?.message).toMatch(/"f\d.txt" is missing/)

    expect(await world.app.jobs.repair(job.id, null)).toEqual({ requeued: [draft.id], refused: [] })
    expect(await world.copy(draft.id)).toMatchObject({ state: 'finished' })
    expect(await world.app.jobs.repair(job.id, curator)).toEqual({ requeued: [draft.id], refused: [] })
    expect(await world.copy(draft.id)).toMatchObject({ state: 'enqueued', finishedAt: null })
    await world.work()
    expect(await world.copy(draft.id)).toMatchObject({ state: 'finished' })
    await finish(world, 'refresh_metadata', { filter: { ids: [record.id] } })
    expect((await finish(world, 'audit')).job).toMatchObject({ done: 2, failed: 0 })
    // asked again, it finds that the copy of today is fine, or goes through the queue once more for nothing
    expect((await world.app.reading.counts()).map(({ state, count }) => [state, count])).toEqual([
      ['finished', 1],
      ['finished', 1],
    ])
  })
})
