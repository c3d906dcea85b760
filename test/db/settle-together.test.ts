/** Do runs that end together leave the table as runs that end one by one, and does none of them spoil it for the others? */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import { enqueueAll } from '../../src/replication/enqueue.ts'
import type { Ending, LeaseProof, Outcome } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench, requestOf } from './setup.ts'

const failure = new Failure('source_missing', 'Gone: https://files.example/a?token=geheim.')
const message = { kind: 'copy.finished' as const, payload: { a: 1 } }
const ends: readonly Outcome[] = [
  { kind: 'finished', attempt: true, messages: [message, { ...message, kind: 'staging.may_be_deleted' }] },
  { kind: 'finished', attempt: false, messages: [] },
  { kind: 'error', failure, attempt: true },
  { kind: 'error', failure, attempt: false },
  { kind: 'retry', failure, delayMs: 0 },
  { kind: 'released', reason: 'shutdown', delayMs: 0 },
]
const finished = ends[1] as Outcome

describe.each(databases)('runs that end together on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  let run = 0
  beforeAll(async () => {
    bench = await createBench(kind)
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())

  /** Two versions of so many datasets; the first of each is claimed. Every second one has announced calls. */
  const running = async (datasets: number): Promise<number[]> => {
    const name = `10.5061/dryad.t${run++}`
    const drafts = [1, 2].flatMap((number) =>
      Array.from({ length: datasets }, (_, n) => requestOf({ doi: `${name}-${n}`, number })),
    )
    const made = await enqueueAll({ intake: bench.store.intake, emit: () => {} }, drafts)
    const only = made.flatMap((answer) => answer.copies.map(({ copy }) => copy.id))
    const ids = await bench.claim(proof, { only })
    for (const [index, id] of ids.entries()) {
      if (index % 2 === 0) continue
      await bench.store.work.announce(proof, id, { operation: 'publish', depositionId: 7, marker: null })
      await bench.store.work.announce(proof, id, { operation: 'create', depositionId: null, marker: 'm' })
    }
    return ids.toSorted((a, b) => a - b)
  }
  /** What the table says of these copies and those behind them, but for times and ids. */
  const story = async (ids: readonly number[]) => {
    const stories = []
    for (const id of ids) {
      const { dataset_id } = await bench.db.knex('zenodo_copies').where({ id }).first('dataset_id')
      const rows = await bench.db.knex('zenodo_copies').where({ dataset_id }).orderBy('position')
      const events = await bench.store.reading.events(id)
      const outbox = await bench.db.knex('outbox').where('copy_id', id).orderBy('id').select('kind')
      const columns = rows.map(({ state, held_back, retries, bytes_done, files_done, error_code, error_message }) => {
        return { state, held_back, retries, bytes_done, files_done, error_code, error_message }
      })
      stories.push({ columns, events: events.map(({ kind: what, data }) => [what, data]), outbox })
    }
    return stories
  }

  it('leave what runs that end one by one leave', async () => {
    const drawn = fc.array(fc.constantFrom(...ends), { minLength: 2, maxLength: 6 })
    const property = fc.asyncProperty(drawn, async (outcomes) => {
      const [together, single] = [await running(outcomes.length), await running(outcomes.length)]
      const endings = together.map((copyId, index): Ending => ({ copyId, outcome: outcomes[index] ?? finished }))
      const { settled } = await bench.store.work.settle(proof, endings, null)
      for (const [index, id] of single.entries()) {
        const one = await bench.settle(proof, id, outcomes[index] ?? finished)
        const { state, attempts, bytesDone, error } = one
        expect(settled[index]).toMatchObject({ id: together[index], state, attempts, bytesDone, error })
      }
      expect(await story(together)).toEqual(await story(single))
      expect(await bench.store.desk.wrongOrder()).toBe(0)
    })
    await fc.assert(property, { numRuns: 8 })
  })

  it('end although one of them is no longer ours: that one is told so, and stays as it is', async () => {
    const ids = await running(3)
    const lost = ids[1] as number
    await bench.db.knex('zenodo_copies').where('id', lost).update({ state: 'deferred', claim_term: null })
    const endings = [...ids, ids[0] as number].map((copyId) => ({ copyId, outcome: finished }))
    const { settled } = await bench.store.work.settle(proof, endings, null)
    expect(settled).toMatchObject([
      { id: ids[0], state: 'finished' },
      { code: 'claim_lost', details: { copy: lost } },
      { id: ids[2], state: 'finished' },
      { code: 'claim_lost' },
    ])
    expect(await bench.row(lost)).toMatchObject({ state: 'deferred', retries: 0 })
  })

  it('are written also when together they tell more than a server takes at once', async () => {
    // servers take 16 MiB unless told otherwise
    const files = [{ path: 'x'.repeat(9 * 2 ** 20) }]
    const outcome: Outcome = { ...finished, messages: [{ ...message, payload: { files } }] } as Outcome
    const ids = await running(2)
    const endings = ids.map((copyId) => ({ copyId, outcome }))
    const { settled } = await bench.store.work.settle(proof, endings, null)
    expect(settled).toMatchObject([{ state: 'finished' }, { state: 'finished' }])
    const told = bench.db.knex('outbox').whereIn('copy_id', ids)
    expect(
      await told
        .clone()
        .whereRaw('length(payload) > ?', [9 * 2 ** 20])
        .pluck('copy_id'),
    ).toEqual(ids)
    await told.del()
  })

  it('are written by nobody when the lease is lost, and nothing is claimed', async () => {
    const ids = await running(2)
    const stale = proof
    proof = await bench.lead('next')
    const next = { proof: stale, slots: 5, largeSlots: 5, largeBytes: 5e9, only: null }
    const endings = ids.map((copyId) => ({ copyId, outcome: finished }))
    await expect(bench.store.work.settle(stale, endings, next)).rejects.toMatchObject({ code: 'lease_lost' })
    for (const id of ids) expect(await bench.row(id)).toMatchObject({ state: 'replicating', claim_term: stale.term })
    const left = await bench.db.knex('zenodo_copies').where('claim_term', proof.term)
    expect(left).toEqual([])
  })

  it('make room for those behind them within the same transaction', async () => {
    const ids = await running(3)
    const endings = ids.map((copyId) => ({ copyId, outcome: finished }))
    const behind: number[] = await bench.db
      .knex('zenodo_copies')
      .where('held_back', 1)
      .orderBy('id', 'desc')
      .limit(3)
      .pluck('id')
    const next = { proof, slots: 3, largeSlots: 3, largeBytes: 5e9, only: behind }
    const { claimed } = await bench.store.work.settle(proof, endings, next)
    expect(claimed.map(({ copy }) => [copy.version.number, copy.state])).toEqual(ids.map(() => [2, 'replicating']))
  })

  it('end in any number of turns at once, on families that people act on meanwhile', async () => {
    const ids = await running(8)
    const act = (id: number) => bench.store.desk.act('cancel', { ids: [id] }, { name: 'curator', reason: null })
    const behind: number[] = await bench.db
      .knex('zenodo_copies')
      .where('state', 'enqueued')
      .orderBy('id', 'desc')
      .limit(8)
      .pluck('id')
    const halves = [ids.filter((id) => id % 2 === 0), ids.filter((id) => id % 2 === 1)]
    const turns = halves.map((some) =>
      bench.store.work.settle(
        proof,
        some.map((copyId) => ({ copyId, outcome: finished })),
        null,
      ),
    )
    await Promise.all([...turns, ...behind.map(act)])
    for (const id of ids) expect(await bench.row(id)).toMatchObject({ state: 'finished' })
    expect(await bench.store.desk.wrongOrder()).toBe(0)
  })
})
