import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'
import { curator, finishWith, report } from './setup.ts'

const files = { 'f1.txt': 'one' }

describe.each(backends)('a backfill, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  const old = (n: number) => world.manifest({ doi: `10.5061/old.${n}`, published: true, data: files })

  it('120: brings old versions in behind everything current, marked as its own, a few at a time, with counts and bytes', async () => {
    const document = world.source.put('manifests/4.json', JSON.stringify(old(4)))
    const { id } = await world.app.jobs.startWithLines(
      'backfill',
      lines([
        old(1),
        old(2),
        old(3),
        { manifestUrl: document },
        { manifestUrl: `${document}.gone` },
        { no: 'manifest' },
      ]),
      curator,
    )
    const { data } = await world.enqueue({ doi: '10.5061/current', published: true, data: files })
    await world.work()
    const { job, items } = await report(world, id)
    expect(job).toMatchObject({ state: 'finished', total: 6, done: 4, failed: 2, bytesDone: 12 })
    expect(items.map(({ finding }) => finding)).toEqual([
      ...Array.from({ length: 4 }, () => 'brought'),
      'source_missing',
      'manifest_invalid',
    ])
    const { copies } = await world.app.reading.list({ order: 'asc' })
    expect(copies.map(({ state }) => state)).toEqual(copies.map(() => 'finished'))
    const others = copies.filter((copy) => copy.id !== data!.id)
    expect(others.map(({ priority, requestedBy }) => [priority, requestedBy])).toEqual(
      others.map(() => [100_000, `job:${id} curator`]),
    )
    const claims = world.events.flatMap((event) => (event.kind === 'copy.claimed' ? [event.copy.id] : []))
    expect(claims[0]).toBe(data!.id)
  })

  it('120: sent again it finds what is there, and brings nothing twice', async () => {
    await finishWith(world, 'backfill', [old(1)])
    const { items } = await finishWith(world, 'backfill', [old(1)])
    expect(items).toMatchObject([{ finding: 'brought', state: 'done' }])
    expect(await world.zenodo.records()).toHaveLength(1)
  })
})

async function* lines(documents: readonly unknown[]) {
  yield Buffer.from(documents.map((one) => JSON.stringify(one)).join('\n'))
}
