import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'
import { curator, finish, finishWith, report, start } from './setup.ts'

const files = { 'f1.txt': 'one' }

describe.each(backends)('a metadata refresh, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  const title = async (id: string | number | null) => (await world.zenodo.record(id)).metadata.title
  const refreshWith = (...manifests: unknown[]) => finishWith(world, 'refresh_metadata', manifests)

  it('119: brings new metadata to records, which are published again, and to drafts; what has them is left', async () => {
    const record = await world.bring({ doi: '10.5061/a', published: true, software: files }, 'software')
    await world.enqueue({ doi: '10.5061/a', published: true, software: files })
    await world.work()
    const draft = await world.bring({ doi: '10.5061/b', supp: files }, 'supp')
    const renamed = { doi: '10.5061/a', published: true, software: files, title: 'Better said' }
    const { job, items } = await refreshWith(
      world.manifest(renamed),
      world.manifest({ doi: '10.5061/b', supp: files, title: 'Said anew' }),
    )
    expect(items.map(({ finding }) => finding)).toEqual([
      'manifest_taken',
      'manifest_taken',
      'refreshed',
      'refreshed_draft',
    ])
    expect(job).toMatchObject({ state: 'finished', total: 4, done: 4, failed: 0 })
    expect(await title(record.depositionId)).toBe('Better said')
    expect(await world.zenodo.record(record.depositionId)).toMatchObject({ state: 'done', submitted: true })
    expect(await title(draft.depositionId)).toBe('Said anew')

    await world.zenodo.forgetRequests()
    const again = await finish(world, 'refresh_metadata')
    expect(again.items.map(({ finding, state }) => [finding, state])).toEqual([
      ['unchanged', 'passed'],
      ['unchanged', 'passed'],
    ])
    expect((await world.zenodo.requests()).filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('119: what fails for one dataset is told in the report, and keeps none of the others', async () => {
    const ids = []
    for (const doi of ['10.5061/a', '10.5061/b', '10.5061/c']) {
      ids.push((await world.bring({ doi, supp: files }, 'supp')).depositionId)
    }
    const changed = ['10.5061/a', '10.5061/b', '10.5061/c'].map((doi) =>
      world.manifest({ doi, supp: files, title: 'Better said' }),
    )
    const refused = { status: 400, body: { status: 400, message: 'Validation error.', errors: [] } }
    await world.zenodo.fault({ match: { method: 'PUT', path: `/depositions/${ids[1]}$` }, times: 0, ...refused })
    const { job, items } = await refreshWith(...changed, { not: 'a manifest' })
    expect(job).toMatchObject({ state: 'finished', total: 7, done: 5, failed: 2 })
    const failed = items.filter(({ state }) => state === 'failed')
    expect(failed.map(({ finding }) => finding)).toEqual(['manifest_invalid', 'zenodo_refused_metadata'])
    expect(await Promise.all(ids.map(title))).toEqual(['Better said', 'Heights of sunflowers', 'Better said'])
  })

  it('119: an answer to a publish that is lost is looked up: the record is published once', async () => {
    await world.bring({ doi: '10.5061/a', published: true, data: files }, 'data')
    await world.zenodo.fault({ match: { path: '/actions/publish' }, commit: true, status: 504, body: '<html>' })
    const changed = { doi: '10.5061/a', published: true, data: files, title: 'Better said' }
    await world.zenodo.forgetRequests()
    const { items } = await refreshWith(world.manifest(changed))
    expect(items.at(-1)?.finding).toBe('refreshed')
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('publish'))).toHaveLength(1)
  })

  it('119: a job that is paused does nothing, goes on when it is resumed, and ends where it is cancelled', async () => {
    await world.bring({ doi: '10.5061/a', supp: files }, 'supp')
    const { id } = await start(world, 'audit')
    await world.app.jobs.act(id, 'pause', curator)
    await world.work()
    expect((await report(world, id)).job).toMatchObject({ state: 'paused', total: 0 })
    await world.app.jobs.act(id, 'resume', curator)
    await world.work()
    expect((await report(world, id)).job).toMatchObject({ state: 'finished', done: 1 })
    const other = await start(world, 'audit')
    await world.app.jobs.act(other.id, 'cancel', curator)
    await world.work()
    expect((await report(world, other.id)).job).toMatchObject({ state: 'cancelled', total: 0 })
    await expect(world.app.jobs.act(other.id, 'resume', curator)).rejects.toMatchObject({ code: 'action_refused' })
  })
})
