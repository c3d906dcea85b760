/** What is found by search words and filters over HTTP, and which errors stand together? */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { type Bench, settleOne } from '../db/setup.ts'
import { databases } from '../support/database.ts'
import { type Api, openApi } from './setup.ts'

const hour = 3_600_000

describe.each(databases)('searching over HTTP on %s', (kind) => {
  let bench: Bench
  let api: Api
  beforeAll(async () => {
    ;({ bench, api } = await openApi(kind))
    const titles = ['Blue whales of 2017', 'Ökologie der Wale', 'Blue tits', 'Nothing', '']
    for (const [n, title] of titles.entries()) {
      await bench.enqueue({ doi: `10.5061/dryad.${n}`, title, types: ['data', 'software'] })
    }
    const proof = await bench.lead()
    await bench.claim(proof)
    const fails = async (copyId: number, code: 'zenodo_refused' | 'zenodo_unavailable', text: string) => {
      const failure = new Failure(code, text)
      const outcome =
        code === 'zenodo_refused'
          ? ({ kind: 'error', failure, attempt: true } as const)
          : ({ kind: 'retry', failure, delayMs: hour } as const)
      await settleOne(bench.store.work, proof, { copyId, outcome })
    }
    await fails(1, 'zenodo_refused', 'Zenodo refuses the file "a.csv" of deposition 4242: it is blue.')
    await fails(3, 'zenodo_refused', 'Zenodo refuses the file "b.csv" of deposition 7: it is blue.')
    await fails(5, 'zenodo_refused', 'The licence is unknown.')
    await fails(7, 'zenodo_unavailable', 'Zenodo answered 503.')
    const known = { deposition_id: '4242', conceptrecid: '4241', doi: '10.5281/zenodo.4242', bytes_total: 6e9 }
    await bench.db.knex('zenodo_copies').where('id', 9).update(known)
  })
  afterAll(async () => {
    await api.close()
    await bench.drop()
  })
  const ids = async (query: string) => {
    const { status, body } = await api.call(`/copies?order=asc&${query}`)
    expect(body.copies, JSON.stringify(body)).toBeDefined()
    return [status, ...body.copies.map(({ id }: { id: number }) => id)].slice(1)
  }

  it.each([
    ['4242', [9]],
    ['deposition:4242', [9]],
    ['concept:4241', [9]],
    ['10.5281/zenodo.4241', [9]],
    ['https://zenodo.org/records/4242', [9]],
    ['doi:10.5061/dryad.1', [3, 4]],
    ['10.5061/DRYAD.1 type:software', [4]],
    ['id:3', [3]],
    ['id:999', []],
    ['dryad.1', [3, 4]],
    ['whales', [1, 2]],
    ['2017', [1, 2]],
    ['OKOLOGIE', [3, 4]],
    ['title:blue title:tits', [5, 6]],
    ['blue', [1, 2, 3, 5, 6]],
    ['"it is blue"', [1, 3]],
    ['error:licence', [5]],
    ['zenodo_unavailable', [7]],
    ['state:error 10.5061/dryad.0', [1]],
    ['host:host-a', [2, 4, 6, 8, 9, 10]],
    ['host:nowhere', []],
    ['100%', []],
  ])('%s finds what it means', async (q, found) => {
    expect(await ids(`q=${encodeURIComponent(q)}`)).toEqual(found)
  })

  it.each([
    ['size=large', [9]],
    ['size=small&state=error', [1, 3, 5]],
    ['attempts=1', [1, 3, 5, 7]],
    ['attempts=2', []],
    ['olderThan=1h', []],
    ['youngerThan=1h&state=error', [1, 3, 5]],
    ['changedWithin=12h&state=error', [1, 3, 5]],
    ['unchangedFor=7d', []],
    ['sort=error', [2, 4, 6, 8, 9, 10, 1, 3, 5, 7]],
    ['sort=attempts&limit=4', [2, 4, 6, 8]],
    ['sort=created&limit=2', [1, 2]],
  ])('%s finds what it says', async (query, found) => {
    expect(await ids(query)).toEqual(found)
  })

  it('pages by error go through all, those without an error as well, both ways', async () => {
    for (const order of ['asc', 'desc']) {
      const seen: number[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const at = cursor === '' ? '' : `&cursor=${cursor}`
        const { body } = await api.call(`/copies?sort=error&order=${order}&limit=3${at}`)
        seen.push(...body.copies.map(({ id }: { id: number }) => id))
        cursor = body.nextCursor
      }
      const all = [2, 4, 6, 8, 9, 10, 1, 3, 5, 7]
      expect(seen).toEqual(order === 'asc' ? all : all.toReversed())
    }
  })

  it.each([
    ['q=state:broken', 'query.q', /^after state: one of enqueued, /],
    ['olderThan=soon', 'query.olderThan', /^a time such as 90m/],
    ['attempts=0', 'query.attempts', /^a whole number from 1/],
    ['size=huge', 'query.size', /^one of large, small/],
  ])('%s is refused with the field and what is accepted', async (query, field, accepted) => {
    const { status, body } = await api.call(`/copies?${query}`)
    expect(status).toBe(400)
    expect(body.problems).toEqual([expect.objectContaining({ path: field, accepted: expect.stringMatching(accepted) })])
  })

  it('errors that differ in names and numbers only stand together, and their key finds just these copies', async () => {
    const { groups, more } = (await api.call('/errors')).body
    const told = groups.map((one: Record<string, unknown>) => [one.code, one.message, one.copies, one.retrying])
    expect(more).toBe(0)
    expect(told).toEqual([
      ['zenodo_refused', 'Zenodo refuses the file … of deposition …: it is blue.', 2, 0],
      ['zenodo_refused', 'The licence is unknown.', 1, 0],
      ['zenodo_unavailable', 'Zenodo answered …', 0, 1],
    ])
    const [first] = groups
    expect(first).toMatchObject({ hint: expect.stringContaining('Zenodo refused'), example: 3 })
    expect(first.firstSeen < first.lastSeen).toBe(true)
    expect(await ids(`group=${first.group}`)).toEqual([1, 3])
    expect(await ids(`q=group:${first.group}`)).toEqual([1, 3])
    const dry = { method: 'POST', body: { group: first.group, dryRun: true } }
    expect((await api.call('/requeues', dry)).body).toMatchObject({ changed: 2, refused: 0 })
  })

  it('a copy that is put back leaves its group', async () => {
    const { groups } = (await api.call('/errors')).body
    await api.call('/copies/5/requeues', { method: 'POST' })
    const left = (await api.call('/errors')).body.groups.map(({ group }: { group: string }) => group)
    expect(left).toEqual([groups[0].group, groups[2].group])
  })

  it('the status tells apart what waits for what', async () => {
    await bench.enqueue({ doi: '10.5061/dryad.0', number: 2, types: ['data'] })
    // copy 5 was put back, 7 waits for an hour, and the new one for copy 1, which is in error
    expect((await api.call('/status')).body.waiting).toEqual({ due: 1, later: 1, blocked: 1 })
  })
})
