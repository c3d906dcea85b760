import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

describe.each(databases)('enqueueing on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const all = async () => (await world.app.reading.list({ sort: 'id', order: 'asc', limit: 100 })).copies
  const types = async () => (await all()).map((copy) => `${copy.version.number} ${copy.type}`)

  it('1: a submitted software version has exactly one copy, however often the event is delivered', async () => {
    const first = await world.enqueue({ software: { 'a.R': '1' } })
    const again = await world.enqueue({ software: { 'a.R': '1' } })
    expect(again.software?.id).toBe(first.software?.id)
    expect((await all()).map((copy) => copy.state)).toEqual(['enqueued'])
  })

  it('1: of two deliveries at the same time one makes the copy, both get it', async () => {
    const both = await Promise.all([1, 2, 3, 4].map(() => world.enqueue({ software: { 'a.R': '1' } })))
    expect(new Set(both.map((copies) => copies.software?.id)).size).toBe(1)
    expect(await all()).toHaveLength(1)
  })

  it('2: software and supplemental files make two independent copies', async () => {
    const { software, supp } = await world.enqueue({ software: { 'a.R': '1' }, supp: { 'b.pdf': '2' } })
    expect([software?.blockedBy, supp?.blockedBy]).toEqual([null, null])
    expect(await types()).toEqual(['1 software', '1 supp'])
  })

  it('3: a family that never had a file gets no copy', async () => {
    await world.enqueue({ software: { 'a.R': '1' }, published: true })
    expect(await types()).toEqual(['1 software', '1 software_publish'])
  })

  it('4: a version without files of a family that had some before gets a copy all the same', async () => {
    await world.enqueue({ software: { 'a.R': '1' } })
    await world.enqueue({ number: 2, data: { 'd.csv': 'x' } })
    expect(await types()).toEqual(['1 software', '2 software'])
  })

  it('5: publication adds one publish copy for each family', async () => {
    const files = { software: { 'a.R': '1' }, supp: { 'b.pdf': '2' } }
    await world.enqueue(files)
    await world.enqueue({ ...files, published: true, publicationDate: '2026-11-01' })
    expect(await types()).toEqual(['1 software', '1 supp', '1 software_publish', '1 supp_publish'])
  })

  it('6: set to published again, a version gets no second publish copy, whatever became of the first', async () => {
    const draft = { software: { 'a.R': '1' }, published: true }
    await world.enqueue(draft)
    await world.work()
    await world.enqueue(draft)
    expect((await all()).map((copy) => copy.state)).toEqual(['finished', 'finished'])
  })

  it('refuses a changed manifest once work on the version has begun, and changes nothing', async () => {
    await world.bring({ software: { 'a.R': '1' } }, 'software')
    await expect(world.enqueue({ software: { 'a.R': 'other' } }, 'software')).rejects.toMatchObject({
      code: 'manifest_changed',
    })
    expect(await all()).toHaveLength(1)
  })

  it('takes a changed manifest while nothing has begun, with its new files', async () => {
    const { software } = await world.enqueue({ software: { 'a.R': '1' } })
    await world.enqueue({ software: { 'a.R': '22', 'b.R': '3' } })
    const files = await world.app.reading.files(software!.id)
    expect(files.map((file) => [file.path, file.size])).toEqual([
      ['a.R', 2],
      ['b.R', 1],
    ])
    expect(await world.copy(software!.id)).toMatchObject({ bytesTotal: 3, filesTotal: 2 })
  })
})
