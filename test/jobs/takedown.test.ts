import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'
import { curator, finish } from './setup.ts'

const files = { 'f1.txt': 'one' }
const dataset = '10.5061/dryad.abc'

describe.each(backends)('a takedown list, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('122: tells every deposition of a dataset, deletes its drafts when asked to, and has a text for the rest', async () => {
    await world.enqueue({ published: true, data: files })
    const { supp } = await world.enqueue({ number: 2, supp: files })
    await world.bring({ doi: '10.5061/other', supp: files }, 'supp')
    const before = await world.zenodo.records()
    const listed = await finish(world, 'takedown', { filter: { dataset } })
    expect(listed.items.map(({ finding }) => finding)).toEqual(['public', 'draft'])
    expect(listed.items[0]?.data.ask).toMatch(/please withdraw record .* of the dataset https:\/\/doi\.org\/10\.5061/)
    expect(await world.zenodo.records()).toHaveLength(before.length)

    const { items } = await finish(world, 'takedown', { filter: { dataset }, deleteDrafts: true })
    expect(items.map(({ finding }) => finding)).toEqual(['public', 'draft_deleted'])
    const after = await world.zenodo.records()
    expect(after).toHaveLength(before.length - 1)
    const copy = await world.copy(supp!.id)
    expect(copy).toMatchObject({ state: 'finished', depositionId: null, note: expect.stringContaining('taken down') })
    const story = (await world.app.reading.events(copy.id)).map((event) => event.kind)
    expect(story).toEqual(expect.arrayContaining(['claimed', 'finished', 'intent', 'intent_settled', 'repointed']))
  })

  it('122: a draft that a copy would bring back is left, with what to do first', async () => {
    await world.bring({ supp: files }, 'supp')
    const { supp } = await world.enqueue({ number: 2, supp: { 'f2.txt': 'two' } })
    await world.app.act('defer', { filter: { ids: [supp!.id] }, actor: curator })
    const kept = await finish(world, 'takedown', { filter: { dataset }, deleteDrafts: true })
    expect(kept.items).toMatchObject([{ finding: 'draft_in_use', state: 'failed' }])
    await world.app.act('cancel', { filter: { ids: [supp!.id] }, actor: curator })
    const gone = await finish(world, 'takedown', { filter: { dataset }, deleteDrafts: true })
    expect(gone.items).toMatchObject([{ finding: 'draft_deleted', state: 'done' }])
    expect(await world.zenodo.records()).toEqual([])
  })
})
