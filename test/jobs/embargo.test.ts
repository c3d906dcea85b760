import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'
import { finish, start } from './setup.ts'

const first = { 'f1.txt': 'one' }
const second = { 'f2.txt': 'two' }
const doi = '10.5061/dryad.abc'
const until = `${new Date().getUTCFullYear() + 2}-03-01`

describe.each(backends)('an embargo, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  const access = async () => {
    const records = (await world.zenodo.records()).filter(({ submitted }) => submitted)
    return records.map(({ metadata, state }) => [state, metadata.access_right, metadata.embargo_date ?? null])
  }

  it('121: closes every published record of the dataset, data, software and supplemental, old versions too, and opens them again', async () => {
    await world.enqueue({ published: true, data: first, software: first, supp: first })
    await world.enqueue({ number: 2, published: true, data: second, software: second, supp: second })
    await world.bring({ doi: '10.5061/other', published: true, supp: first }, 'supp')
    await world.work()
    const { job, items } = await finish(world, 'embargo', { filter: { dataset: doi }, until })
    expect(job).toMatchObject({ state: 'finished', failed: 0 })
    expect(items.map(({ finding }) => finding)).toEqual(items.map(() => 'refreshed'))
    expect(await access()).toEqual(Array.from({ length: 5 }, () => ['done', 'embargoed', until]))

    await finish(world, 'embargo', { filter: { dataset: doi }, until: null })
    expect(await access()).toEqual(Array.from({ length: 5 }, () => ['done', 'open', null]))
  })

  it('121: a version that comes later is closed as well', async () => {
    await world.enqueue({ published: true, software: first })
    await world.work()
    await finish(world, 'embargo', { filter: { dataset: doi }, until })
    await world.enqueue({ number: 2, published: true, software: second })
    await world.work()
    expect(await access()).toEqual(Array.from({ length: 2 }, () => ['done', 'embargoed', until]))
  })

  it('121: of a dataset that is not known is refused', async () => {
    const job = start(world, 'embargo', { filter: { dataset: '10.5061/unknown' }, until })
    await expect(job).rejects.toMatchObject({ code: 'dataset_not_found' })
  })
})
