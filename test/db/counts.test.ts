/** Is the number of copies of each kind right, whatever has been counted for good, and is a wrong one found and mended? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

describe.each(databases)('counts on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())

  const derived = async () =>
    await bench.db
      .knex('zenodo_copies')
      .groupBy('family', 'state')
      .orderBy(['family', 'state'])
      .select('family', 'state')
      .count({ count: '*' })
  const desk = () => bench.store.desk
  const agree = async () => expect(await bench.store.reading.counts()).toEqual(await derived())
  const age = async (hours: number) => {
    const then = new Date(Date.now() - hours * 3_600_000).toISOString().replace('T', ' ').replace('Z', '')
    await bench.db
      .knex('zenodo_copies')
      .where('state', 'finished')
      .where('finished_at', '>', then)
      .update({ finished_at: then })
  }
  const finishSome = async (doi: string) => {
    for (const number of [1, 2, 3]) await bench.enqueue({ doi, number, types: ['data', 'software'] })
    const proof = await bench.lead(doi)
    for (const id of await bench.claim(proof)) {
      await bench.settle(proof, id, { kind: 'finished', attempt: true, messages: [] })
    }
  }
  const counted = async () =>
    Object.fromEntries((await bench.db.knex('finished_counts')).map(({ family, count }) => [family, count]))

  it('are those of the copies, before and after they were counted for good, and as time goes on', async () => {
    await agree()
    await finishSome('10.5061/dryad.first')
    await agree()
    await desk().countFinished()
    await agree()
    // what was finished within the hour may have company yet
    expect(await counted()).toEqual({ data: 0, software: 0, supp: 0 })
    await age(2)
    await bench.db.knex('finished_counts').del()
    await desk().countFinished()
    expect(await counted()).toEqual({ data: 1, software: 1, supp: 0 })
    await agree()
    await finishSome('10.5061/dryad.second')
    await bench.store.desk.act('cancel', { states: ['enqueued'] }, { name: 'curator', reason: null })
    await desk().countFinished()
    await agree()
    expect(await desk().wrongCounts()).toBe(0)
  })

  it('are the same however many count at once', async () => {
    await bench.db.knex('finished_counts').del()
    await Promise.all([1, 2, 3, 4].map(() => desk().countFinished()))
    await agree()
    expect(await desk().wrongCounts()).toBe(0)
  })

  it('are found wrong when somebody wrote into the table, and put right', async () => {
    await desk().countFinished()
    const [row] = await bench.db.knex('zenodo_copies').where('state', 'finished').orderBy('finished_at').limit(1)
    await bench.db.knex('zenodo_copies').where('id', row.id).update({ state: 'cancelled' })
    expect(await desk().wrongCounts()).toBe(1)
    expect(await desk().repairCounts()).toBe(1)
    expect(await desk().wrongCounts()).toBe(0)
    expect(await desk().repairCounts()).toBe(0)
    await agree()
  })
})
