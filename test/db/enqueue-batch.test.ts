/** Is a batch what its requests are one after the other, only faster, and is a refused one nothing to the others? */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { enqueueEach } from '../../src/replication/enqueue.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench, type Draft, requestOf } from './setup.ts'

/** Few datasets and versions, so that they meet each other within a batch and across batches. */
const drafts = fc.record({
  dataset: fc.integer({ min: 1, max: 3 }),
  number: fc.integer({ min: 1, max: 3 }),
  types: fc.subarray(['data', 'software', 'software_publish'] as const, { minLength: 1 }),
  size: fc.integer({ min: 0, max: 2 }),
  signature: fc.constantFrom('1', '2'),
})

describe.each(databases)('batches on %s', (kind) => {
  let bench: Bench
  let run = 0
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())

  const each = async (list: readonly Draft[]) =>
    await enqueueEach({ intake: bench.store.intake, emit: () => {} }, list.map(requestOf))
  const outcome = (answer: Awaited<ReturnType<typeof each>>[number]) =>
    answer instanceof Failure
      ? answer.code
      : answer.copies.map(({ copy, created }) => `${created ? 'new' : 'old'} ${copy.version.number} ${copy.type}`)

  /** All that is stored about these datasets, but for ids and times. */
  const stored = async (prefix: string) => {
    const columns = [
      'd.doi',
      'v.digest',
      'v.number',
      'copy_type',
      'position',
      'held_back',
      'bytes_total',
      'files_total',
    ]
    const copies: Array<Record<string, unknown>> = await bench.db
      .knex('zenodo_copies as c')
      .join('datasets as d', 'd.id', 'c.dataset_id')
      .join('dataset_versions as v', 'v.id', 'c.dataset_version_id')
      .where('d.doi', 'like', `${prefix}%`)
      .orderBy(['d.doi', 'v.number', 'c.copy_type'])
      .select('c.id', ...columns)
    const rows = []
    for (const { id, doi, digest: _, ...copy } of copies) {
      const files = await bench.store.reading.files(Number(id))
      const events = await bench.store.reading.events(Number(id))
      rows.push({ ...copy, doi: String(doi).slice(prefix.length), files, events: events.map(({ kind }) => kind) })
    }
    return rows
  }

  it('leave the table as the same requests do one at a time, and answer the same', async () => {
    const property = fc.asyncProperty(fc.array(drafts, { minLength: 2, maxLength: 9 }), async (list) => {
      run += 1
      const named = (prefix: string) =>
        list.map(({ dataset, size, ...rest }) => ({ ...rest, doi: `${prefix}${dataset}`, files: { a: size, b: 3 } }))
      const [together, apart] = [`10.5061/dryad.t${run}.`, `10.5061/dryad.a${run}.`]
      const answers = await each(named(together))
      const single = []
      for (const draft of named(apart)) single.push(...(await each([draft])))
      expect(answers.map(outcome)).toEqual(single.map(outcome))
      expect(await stored(together)).toEqual(await stored(apart))
      expect(await bench.store.desk.wrongOrder()).toBe(0)
    })
    await fc.assert(property, { numRuns: 15, seed: 7 })
  })

  it('know within the batch what came before, also about an earlier version that comes late', async () => {
    const doi = '10.5061/dryad.order'
    const answers = await each([3, 1, 3, 2].map((number) => ({ doi, number })))
    expect(answers.map(outcome)).toEqual([['new 3 data'], ['new 1 data'], ['old 3 data'], ['new 2 data']])
    const { copies } = await bench.store.reading.list({ dataset: doi, sort: 'id' })
    const first = copies.find(({ version }) => version.number === 1)!.id
    expect(copies.map(({ version, blockedBy }) => [version.number, blockedBy])).toEqual([
      [3, first],
      [1, null],
      [2, first],
    ])
    expect(await bench.claim(await bench.lead(), { only: copies.map(({ id }) => id) })).toEqual([first])
  })

  it('leave out what is refused, without a trace, and take the rest', async () => {
    const begun = await bench.add({ doi: '10.5061/dryad.begun' })
    await bench.db.knex('zenodo_copies').where('id', begun).update({ retries: 1 })
    const answers = await each([
      { doi: '10.5061/dryad.good1' },
      { doi: '10.5061/dryad.nothing', files: {} },
      { doi: '10.5061/dryad.begun', title: 'Another' },
      { doi: '10.5061/dryad.good2' },
    ])
    expect(answers.map(outcome)).toEqual([['new 1 data'], 'nothing_to_enqueue', 'manifest_changed', ['new 1 data']])
    expect(await bench.db.knex('datasets').where('doi', '10.5061/dryad.nothing')).toEqual([])
  })

  it('that meet on the same datasets in another order give every copy once', async () => {
    const dois = Array.from({ length: 12 }, (_, index) => `10.5061/dryad.meet${index}`)
    const orders = [dois, dois.toReversed(), [...dois.slice(5), ...dois.slice(0, 5)], dois.toReversed()]
    const answers = await Promise.all(orders.map((order) => each(order.map((doi) => ({ doi })))))
    const ids = answers.flat().map((answer) => (answer instanceof Failure ? answer.code : answer.copies[0]!.copy.id))
    expect(new Set(ids).size).toBe(12)
    expect(answers.flat().filter((one) => !(one instanceof Failure) && one.copies[0]!.created)).toHaveLength(12)
  })

  it('may hold more text than the server takes in one statement', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 900 }, (_, index) => [`${'long/'.repeat(100)}${index}`, index]),
    )
    const answers = await each(Array.from({ length: 4 }, (_, index) => ({ doi: `10.5061/dryad.long${index}`, files })))
    expect(answers.map(outcome)).toEqual([['new 1 data'], ['new 1 data'], ['new 1 data'], ['new 1 data']])
  })
})
