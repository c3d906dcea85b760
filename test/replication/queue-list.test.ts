/** What does a person see of the queue? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

const unfinished = ['enqueued', 'replicating', 'error', 'deferred'] as const

describe.each(databases)('the list of the queue, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('107: shows what is not finished, with the bytes of each family, and never reads the stories to do so', async () => {
    await world.bring({ doi: '10.5061/dryad.done', software: { 'a.R': '1' } }, 'software')
    const draft = {
      data: { 'a.csv': '1234567890' },
      software: { 'b.R': '123', 'empty.R': '' },
      supp: { 's.pdf': '12345' },
    }
    const copies = await world.enqueue(draft, 'data', 'software', 'supp')
    await world.app.act('defer', { filter: { ids: [copies.supp!.id] }, actor: { name: 'curator', reason: null } })
    await world.sql('ALTER TABLE zenodo_copy_events RENAME TO away')
    const bySize = await world.app.reading.list({ states: unfinished, sort: 'size', order: 'desc' })
    expect(bySize.copies.map(({ type, state, bytesTotal }) => [type, state, bytesTotal])).toEqual([
      ['data', 'enqueued', 10],
      ['supp', 'deferred', 5],
      ['software', 'enqueued', 3],
    ])
    const software = await world.app.reading.list({ family: 'software' })
    expect(software.copies.map(({ state }) => state)).toEqual(['finished', 'enqueued'])
    await world.sql('ALTER TABLE away RENAME TO zenodo_copy_events')
  })

  it('107: puts the versions in the order in which they came in', async () => {
    for (const number of [3, 1, 2]) await world.enqueue({ number, software: { 'a.R': String(number) } }, 'software')
    const { copies } = await world.app.reading.list({ sort: 'version' })
    expect(copies.map(({ version }) => version.number)).toEqual([3, 1, 2])
  })
})
