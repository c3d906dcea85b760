/** Do people see the copies as they are, page by page, and do their actions hit those they mean? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListRequest } from '../../src/replication/ports/desk.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

const curator = { name: 'curator', reason: 'asked to' }

describe.each(databases)('lists on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
    for (let n = 0; n < 9; n++) {
      const types = n % 2 === 0 ? (['data', 'software'] as const) : (['supp'] as const)
      await bench.enqueue({ doi: `10.5061/dryad.${(n * 7) % 9}`, number: 1, types, files: { a: (n * 5) % 4 } })
    }
    const error = {
      state: 'error',
      error_code: 'zenodo_forbidden',
      error_message: 'Denied 100%_sure',
      deposition_id: '4242',
    }
    await bench.db.knex('zenodo_copies').where('id', 3).update(error)
    await bench.db.knex('zenodo_copies').where('id', 4).update({ state: 'finished', doi: '10.5281/zenodo.99' })
  })
  afterAll(async () => await bench.drop())
  const list = async (request: ListRequest) => (await bench.store.reading.list(request)).copies.map(({ id }) => id)

  const sorts = ['id', 'dataset', 'version', 'state', 'updated', 'type', 'size'] as const
  const cases = sorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order })))
  it.each(cases)('107: give every copy once over all pages, sorted by $sort $order', async ({ sort, order }) => {
    const whole = await list({ sort, order, limit: 1000 })
    const paged: number[] = []
    let cursor: string | undefined
    do {
      const page = await bench.store.reading.list({
        sort,
        order,
        limit: 4,
        ...(cursor === undefined ? {} : { cursor }),
      })
      expect(page.copies.length).toBeLessThanOrEqual(4)
      paged.push(...page.copies.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(paged).toEqual(whole)
    expect(whole).toHaveLength(14)
    expect(new Set(whole).size).toBe(14)
  })

  it('sort by what they say', async () => {
    const { copies } = await bench.store.reading.list({ sort: 'size', order: 'desc' })
    const sizes = copies.map(({ bytesTotal }) => bytesTotal)
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    const dois = (await bench.store.reading.list({ sort: 'dataset' })).copies.map(({ dataset }) => dataset.doi)
    expect(dois).toEqual(dois.toSorted())
  })

  it('refuse a cursor of another list, nonsense, and limits that cannot be', async () => {
    const { nextCursor } = await bench.store.reading.list({ sort: 'size', limit: 2 })
    for (const request of [
      { cursor: nextCursor! },
      { cursor: 'nonsense' },
      { limit: 0 },
      { limit: 1001 },
      { limit: 1.5 },
    ]) {
      await expect(bench.store.reading.list(request)).rejects.toMatchObject({ code: 'bad_request' })
    }
  })

  it('show only what was asked for', async () => {
    expect(await list({ states: ['error'] })).toEqual([3])
    expect(await list({ states: ['error', 'finished'], types: ['data', 'supp'] })).toEqual(
      (await list({ states: ['error', 'finished'] })).filter((id) => id !== 2),
    )
    expect(await list({ family: 'supp' })).toEqual(await list({ types: ['supp'] }))
    expect(await list({ dataset: 'https://doi.org/10.5061/DRYAD.0' })).toEqual([1, 2])
    expect(await list({ errorCode: 'zenodo_forbidden' })).toEqual([3])
    expect(await list({ ids: [5, 1, 999] })).toEqual([1, 5])
    expect(await list({ ids: [] })).toEqual([])
  })

  it.each([
    ['4242', [3]],
    ['DENIED', [3]],
    ['100%_s', [3]],
    ['%', [3]],
    ['zenodo.99', [4]],
    ['dryad.0', [1, 2]],
    ['nothing like it', []],
  ])('find the text %s', async (q, ids) => {
    expect(await list({ q })).toEqual(ids)
  })

  it('count by family and state', async () => {
    const counts = await bench.store.reading.counts()
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(14)
    expect(counts.filter(({ state }) => state === 'error').map(({ count }) => count)).toEqual([1])
  })

  it('know nothing of a copy that is not there', async () => {
    expect(await bench.store.reading.get(999)).toBeNull()
    expect(await bench.store.reading.chain(999)).toEqual([])
    expect(await bench.store.reading.events(999)).toEqual([])
  })
})

describe.each(databases)('actions on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())

  it('move what allows it, pass over the rest, and sign the story', async () => {
    const doi = '10.5061/dryad.chain'
    const ids: number[] = []
    for (const number of [1, 2, 3]) ids.push(await bench.add({ doi, number }))
    const failed = { state: 'error', retries: 4, rescues: 2, error_code: 'no_files', error_message: 'x' }
    await bench.db.knex('zenodo_copies').where('id', ids[0]).update(failed)
    await bench.db.knex('zenodo_copies').where('id', ids[1]).update({ state: 'finished' })
    const { done, refused } = await bench.store.desk.act('requeue', { dataset: doi }, curator)
    expect(done.map(({ id }) => id)).toEqual([ids[0], ids[2]])
    expect(refused).toMatchObject([{ id: ids[1], state: 'finished' }])
    expect(done[0]).toMatchObject({ state: 'enqueued', attempts: 0, rescues: 0, error: null })
    expect((await bench.store.reading.events(ids[0]!)).at(-1)).toMatchObject({
      ...{ kind: 'requeue', actor: 'curator', data: { from: 'error', to: 'enqueued', reason: 'asked to' } },
    })
    const chain = await bench.store.reading.chain(ids[2]!)
    expect(chain.map(({ id, blockedBy }) => [id, blockedBy])).toEqual([
      [ids[0], null],
      [ids[1], null],
      [ids[2], ids[0]],
    ])
  })

  it('defer, resume and cancel', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.moves', runAfter: '2999-01-01T00:00:00Z' })
    const act = async (action: 'defer' | 'resume' | 'cancel') =>
      (await bench.store.desk.act(action, { ids: [id] }, curator)).done
    expect(await act('defer')).toMatchObject([{ id, state: 'deferred' }])
    expect(await act('defer')).toEqual([])
    const [resumed] = await act('resume')
    expect(resumed?.state).toBe('enqueued')
    expect(resumed?.runAfter).toBe('2999-01-01T00:00:00.000Z')
    expect(await act('cancel')).toMatchObject([{ id, state: 'cancelled' }])
  })

  it('a copy that was parked in error is resumed with all its attempts', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.parked' })
    const failed = { state: 'error', retries: 4, error_code: 'zenodo_unavailable', error_message: 'No answer.' }
    await bench.db.knex('zenodo_copies').where({ id }).update(failed)
    await bench.store.desk.act('defer', { ids: [id] }, curator)
    const { done } = await bench.store.desk.act('resume', { ids: [id] }, curator)
    expect(done).toMatchObject([{ id, state: 'enqueued', attempts: 0, error: null }])
  })

  it('refuse to hit everything', async () => {
    await expect(bench.store.desk.act('cancel', {}, curator)).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('keep the time since which a switch is set', async () => {
    await bench.store.desk.setSwitch('pause', { name: 'ann', reason: null })
    const [first] = await bench.store.desk.switches()
    await bench.store.desk.setSwitch('pause', { name: 'bob', reason: 'longer' })
    expect(await bench.store.desk.switches()).toEqual([
      { name: 'pause', by: 'bob', reason: 'longer', since: first!.since },
    ])
  })
})
