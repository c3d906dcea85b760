/** Do copies that end at about the same time share a transaction, also with those that begin, and does each learn its own fate? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import type { ClaimedCopy, ClaimRequest, LeaseProof, Outcome } from '../../src/replication/ports/work-store.ts'
import { createTurnover, type Turnover } from '../../src/worker/turnover.ts'
import { type Bench, createBench } from '../db/setup.ts'
import { databases } from '../support/database.ts'

const finished: Outcome = { kind: 'finished', attempt: true, messages: [] }
/** JSON knows no such number, so this cannot be written. */
const unwritable: Outcome = { ...finished, messages: [{ kind: 'copy.finished', payload: { size: 1n } }] }

describe.each(databases)('the turnover of a worker on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  let run = 0
  let turns: Array<{ ended: number; asked: number }> = []
  let started: number[] = []
  let doubts = 0
  let free: (ending: number) => number = () => 0
  let turnover: Turnover
  beforeAll(async () => {
    bench = await createBench(kind)
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())
  beforeEach(async () => {
    await bench.db.knex('zenodo_copies').update({ state: 'cancelled', claim_term: null })
    turns = []
    started = []
    doubts = 0
    free = () => 0
    turnover = createTurnover({
      settle: async (endings, next) => {
        turns.push({ ended: endings.length, asked: next?.slots ?? 0 })
        return await bench.store.work.settle(proof, endings, next)
      },
      next: (ending) => requestOf(free(ending)),
      start: (claimed: readonly ClaimedCopy[]) => started.push(...claimed.map(({ copy }) => copy.id)),
      doubt: () => {
        doubts += 1
      },
    })
  })

  const requestOf = (slots: number): ClaimRequest | null =>
    slots === 0 ? null : { proof, slots, largeSlots: slots, largeBytes: 5e9, only: null }
  const add = async (count: number) => {
    const ids: number[] = []
    for (let n = 0; n < count; n++) ids.push(await bench.add({ doi: `10.5061/dryad.u${run++}` }))
    return ids
  }
  const running = async (count: number) => {
    await add(count)
    return await bench.claim(proof)
  }
  const settleAll = (ids: readonly number[]) => Promise.allSettled(ids.map((id) => turnover.settle(id, finished)))

  it('writes what ends within one turn of the event loop at once', async () => {
    const ids = await running(5)
    await settleAll(ids)
    expect(turns).toEqual([{ ended: 5, asked: 0 }])
    for (const id of ids) expect(await bench.row(id)).toMatchObject({ state: 'finished' })
  })

  it('gathers what ends while a transaction is under way, and claims along for the slots that become free', async () => {
    const ids = await running(5)
    const waiting = await add(3)
    let others: Promise<unknown> = Promise.resolve()
    await turnover.alone(async () => {
      others = settleAll(ids)
      // more than a turn of the event loop passes
      await add(1)
    })
    free = (ending) => ending - 2
    await others
    await turnover.alone(async () => undefined)
    expect(turns).toEqual([{ ended: 5, asked: 3 }])
    expect(started).toEqual(waiting)
  })

  it('tells each copy its own fate: one that is no longer ours, one that cannot be written, and the others', async () => {
    const ids = await running(4)
    await bench.db.knex('zenodo_copies').where('id', ids[1]!).update({ state: 'deferred', claim_term: null })
    const outcomes = [finished, finished, unwritable, finished]
    const ends = await Promise.allSettled(ids.map((id, index) => turnover.settle(id, outcomes[index]!)))
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    expect(ends[1]).toMatchObject({ reason: { code: 'claim_lost' } })
    expect(ends[2]).toMatchObject({ reason: { code: 'internal_error' } })
    const states = await Promise.all(ids.map(async (id) => (await bench.row(id)).state))
    expect(states).toEqual(['finished', 'deferred', 'replicating', 'finished'])
  })

  it('tells all of them when the lease is lost, and that a claim may have been lost with it', async () => {
    const ids = await running(2)
    const next = await bench.lead('next')
    free = (ending) => ending
    const ends = await settleAll(ids)
    proof = next
    for (const end of ends) {
      expect(end.status === 'rejected' && isFailure(end.reason, 'lease_lost')).toBe(true)
    }
    expect([turns.length, doubts]).toEqual([1, 1])
  })

  it('starts what was claimed before anything else happens to the table', async () => {
    const ids = await add(2)
    free = () => 2 - started.length
    const [first, second] = await Promise.all([turnover.claim(), turnover.claim()])
    expect([first, second]).toEqual([2, 0])
    expect(started).toEqual(ids)
    expect(turns).toEqual([{ ended: 0, asked: 2 }])
  })

  it('may give a slot the very copy that just left it', async () => {
    const [id] = await running(1)
    free = (ending) => ending
    const copy = await turnover.settle(id!, { kind: 'released', reason: 'shutdown', delayMs: 0 })
    expect([copy.state, started]).toEqual(['enqueued', []])
    await turnover.alone(async () => undefined)
    expect(started).toEqual([id])
  })
})
