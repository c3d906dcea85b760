/** What does the HTTP API tell of all copies together: how the work goes, one dataset, and lists as files? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { plansOf } from '../support/query-plans.ts'
import { type Api, openApi } from './setup.ts'

const hour = 3_600_000

describe.each(databases)('all copies together over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    for (let n = 0; n < 6; n++) await bench.enqueue({ doi: `10.5061/dryad.${n}`, files: { 'a.csv': 1e6 * 10 ** n } })
    await bench.enqueue({ doi: '10.5061/dryad.0', number: 2, types: ['data', 'software'], title: '=HYPERLINK("x")' })
    const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString().replace('T', ' ').replace('Z', '')
    const set = async (id: number, columns: object) => {
      await bench.db.knex('zenodo_copies').where({ id }).update(columns)
    }
    await set(2, { state: 'finished', created_at: ago(30), finished_at: ago(3) })
    await set(3, { state: 'finished', created_at: ago(30), finished_at: ago(2) })
    await set(4, { state: 'error', created_at: ago(30) })
    await set(5, { state: 'cancelled', created_at: ago(30) })
    await set(6, { created_at: ago(30) })
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })

  it('tells what came in, what was done and what was open, hour by hour', async () => {
    const { spans, queued, stuck, pace, estimate } = (await api.call('/statistics?spans=40')).body
    expect(spans).toHaveLength(40)
    const copies = (of: 'enqueued' | 'finished') =>
      spans.map((span: Record<string, { copies: number }>) => span[of]?.copies).filter((n: number) => n > 0)
    expect(copies('enqueued').reduce((a: number, b: number) => a + b)).toBe(8)
    expect(copies('finished')).toEqual([1, 1])
    const last = spans.at(-1)
    expect([spans[0].backlog.copies, last.backlog.copies]).toEqual([0, 5])
    expect(last.backlog.bytes).toBe(1e6 + 1e9 + 1e11 + 3 + 3)
    expect([queued.copies, stuck]).toEqual([4, { copies: 1, bytes: 1e9 }])
    expect(queued.sizes.map(({ copies: n }: { copies: number }) => n)).toEqual([2, 1, 0, 0, 0, 1])
    expect(queued.waits.map(({ copies: n }: { copies: number }) => n)).toEqual([3, 0, 0, 1, 0, 0])
    expect(pace).toMatchObject({ copies: 2, bytes: 1.1e8 })
    expect(Math.round(pace.hours)).toBe(3)
    // 100 GB, at 110 MB in three hours
    expect(Math.round(estimate.hours / 1000)).toBe(3)
    expect(estimate.assumptions).not.toEqual([])
  })

  it('tells the same day by day, from indexes alone', async () => {
    const { spans } = (await api.call('/statistics?unit=day&spans=3')).body
    expect(spans.map(({ from }: { from: string }) => from.slice(10))).toEqual(Array(3).fill('T00:00:00.000Z'))
    const plans = await plansOf(bench.db, kind, () => bench.store.reading.flow({ unit: 'day', spans: 90 }))
    const indexes = plans.flatMap(({ steps }) => steps).map(({ index }) => index)
    expect(indexes.filter((index) => index !== null).toSorted()).toEqual([
      'zenodo_copies_backlog',
      'zenodo_copies_backlog',
      'zenodo_copies_by_state',
      'zenodo_copies_counts',
      'zenodo_copies_counts',
    ])
  })

  it('a dataset is told by family, in order, with what blocks what and what goes next', async () => {
    const { status, body } = await api.call('/datasets/10.5061/DRYAD.0')
    expect([status, body.doi]).toEqual([200, '10.5061/dryad.0'])
    const told = body.chains.map(({ family, next, copies }: Record<string, Array<Record<string, unknown>>>) => [
      family,
      next,
      copies?.map(({ id, blockedBy }) => [id, blockedBy]),
    ])
    expect(told).toEqual([
      [
        'data',
        1,
        [
          [1, null],
          [7, 1],
        ],
      ],
      ['software', 8, [[8, null]]],
    ])
    expect((await api.call(`/datasets/${encodeURIComponent('10.5061/dryad.4')}`)).body.chains[0].next).toBeNull()
    expect((await api.call('/datasets/10.5061/none')).status).toBe(404)
  })

  it('any list becomes a file, in which no cell is a formula', async () => {
    const get = async (query: string) => {
      const headers = { authorization: `Bearer ${await api.tokenOf('viewer')}` }
      const answer = await fetch(`${api.url}/api/v1/copies/export?${query}`, { headers })
      return { answer, text: await answer.text() }
    }
    const csv = await get('dataset=10.5061/dryad.0&order=asc')
    expect(csv.answer.headers.get('content-disposition')).toBe('attachment; filename="copies.csv"')
    const lines = csv.text.trimEnd().split('\r\n')
    expect(lines.map((line) => line.split(',')[0])).toEqual(['id', '1', '7', '8'])
    expect(lines[2]).toContain(`"'=HYPERLINK(""x"")"`)
    const json = await get('format=json&state=error')
    expect(json.answer.headers.get('content-type')).toMatch(/^application\/x-ndjson/)
    expect(
      json.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ id: 4, state: 'error' })])
    expect((await get('limit=5')).answer.status).toBe(400)
  })
})
