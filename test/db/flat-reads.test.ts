/** Do claims, lists and what is shown of a copy read a few rows, however many there are? By the plans of the statements really sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copySorts } from '../../src/core/copy-sorts.ts'
import { nextDueInMs } from '../../src/db/next-due.ts'
import type { LeaseProof } from '../../src/replication/ports/work-store.ts'
import { seed } from '../bench/parts/seed.ts'
import { databases } from '../support/database.ts'
import { type Plan, plansOf } from '../support/query-plans.ts'
import { rowsRead } from '../support/rows-read.ts'
import { type Bench, createBench } from './setup.ts'

const limit = 50
const orders = ['asc', 'desc'] as const
const pages = copySorts.flatMap((sort) => orders.map((order) => [sort, order] as const))

describe.each(databases)('beside 20,000 finished copies and 2,000 that wait, on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  beforeAll(async () => {
    bench = await createBench(kind)
    await seed(bench.url, { finished: 20_000, blocked: 2000 })
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())

  const plans = (work: () => Promise<unknown>) => plansOf(bench.db, kind, work)
  /** So many rows of each table at most, found by an index, in the order in which they are wanted. */
  const expectFew = (found: readonly Plan[], most: number) => {
    expect(found).not.toEqual([])
    for (const plan of found) {
      for (const { table, index, rows } of plan.steps) {
        if (kind === 'mariadb') expect(rows, `rows of ${table} in ${plan.sql}`).toBeLessThanOrEqual(most)
        else if (table === 'c') expect([index, plan.sorts], plan.sql).toEqual([expect.any(String), false])
      }
    }
  }

  it('a look without work and a claim without work read one copy at most', async () => {
    expect(await bench.store.work.nextDueInMs()).toBeNull()
    expectFew(await plans(() => bench.store.work.nextDueInMs()), 1)
    expectFew(await plans(() => bench.claim(proof)), 1)
  })

  it.runIf(kind === 'mariadb')('the server itself counts one read at most for a look', async () => {
    expect(await rowsRead(bench.db, nextDueInMs)).toBeLessThanOrEqual(1)
  })

  it.each(pages)('a page by %s, %s, reads the rows that it shows, and one more', async (sort, order) => {
    // of the pages of datasets only those that are on the page are sorted; SQLite takes ids in the order of the rows themselves
    const isPlain = kind === 'mariadb' || (sort !== 'dataset' && sort !== 'id' && sort !== 'created')
    const found = await plans(() => bench.store.reading.list({ sort, order, limit }))
    if (isPlain) expectFew(found, limit + 1)
    expect(found.filter((plan) => plan.sorts)).toHaveLength(sort === 'dataset' ? 1 : 0)
  })

  it.each(pages)('the next page by %s, %s, begins where it begins', async (sort, order) => {
    const { nextCursor } = await bench.store.reading.list({ sort, order, limit })
    const found = await plans(() => bench.store.reading.list({ sort, order, limit, cursor: nextCursor ?? '' }))
    // deep among equals MariaDB passes over those before when it goes backwards
    const most = order === 'desc' ? 2 * limit + 1 : limit + 1
    if (kind === 'mariadb' || sort !== 'dataset') expectFew(found, most)
  })

  it.each([{ states: ['finished'] }, { family: 'data' }, { errorCode: 'no_such' }, { blocked: true }] as const)(
    'a page of %o reads no more either',
    async (filter) => {
      expectFew(await plans(() => bench.store.reading.list({ ...filter, order: 'desc', limit })), limit + 1)
    },
  )

  it.each(['updated', 'size', 'attempts'] as const)('finished copies by %s are read in that order', async (sort) => {
    const request = { states: ['finished'], sort, order: 'asc', limit } as const
    expectFew(await plans(() => bench.store.reading.list(request)), limit + 1)
  })

  it.each(['10.5072/past-500', 'id:500', 'deposition:500', 'concept:500'])(
    'a search for %s is answered by keys',
    async (q) => {
      const sent = await plans(() => bench.store.reading.list({ q, order: 'desc', limit }))
      // without a copy of that id nothing is read
      const found = sent.filter(({ sql }) => !sql.includes('1 = '))
      for (const { table, index } of found.flatMap(({ steps }) => steps))
        expect([table, index]).not.toEqual([table, null])
      expectFew(found, 1)
    },
  )

  it('what goes wrong by kind is told from the index of what is wrong', async () => {
    const [groups] = await plans(() => bench.store.reading.errorGroups())
    expect(groups?.steps).toEqual([expect.objectContaining({ index: 'zenodo_copies_error_groups' })])
    if (kind === 'mariadb') expect(groups?.steps[0]?.rows).toBeLessThanOrEqual(1)
  })

  it('the look for events that may leave reads the oldest, and the logs of copies changed lately', async () => {
    expectFew(await plans(() => bench.store.eventLog.oldest(0, limit)), limit)
    const found = await plans(() => bench.store.eventLog.longest(10, 60_000))
    expectFew(found, 1)
    expect(found.flatMap(({ steps }) => steps).map(({ index }) => index)).toEqual([
      'zenodo_copies_updated',
      'zenodo_copy_events_story',
    ])
  })

  it('the look for calls in doubt reads the logs of copies changed lately', async () => {
    const found = await plans(() => bench.store.orphans.doubtfulCalls(60_000))
    for (const { table, index } of found.flatMap(({ steps }) => steps))
      expect([table, index]).not.toEqual([table, null])
    expectFew(found, 1)
  })

  it('what is shown of a copy is found by keys: itself, its events, its files, its chain', async () => {
    const { get, events, files, chain } = bench.store.reading
    const id = 500
    const looks = [() => get(id), () => events(id), () => files(id), () => chain(id)]
    for (const look of looks) {
      const found = await plans(look)
      expectFew(found, 1)
      expect(found.flatMap(({ steps }) => steps).filter(({ index }) => index === null)).toEqual([])
    }
  })
})
