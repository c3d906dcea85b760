/** How many statements do a claim and a finish cost, and how many round trips? As many for a hundred copies as for one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { enqueueAll } from '../../src/replication/enqueue.ts'
import type { LeaseProof, Outcome } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench, requestOf } from './setup.ts'

const finished: Outcome = { kind: 'finished', attempt: true, messages: [{ kind: 'copy.finished', payload: {} }] }

describe.each(databases)('the statements of the queue on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  let run = 0
  let statements: string[] = []
  let trips = 0
  beforeAll(async () => {
    bench = await createBench(kind)
    proof = await bench.lead()
    for (const instance of new Set([bench.db.knex, bench.db.rounds])) {
      instance.on('query', ({ sql }: { sql: string }) => {
        statements.push(...sql.split(';\n'))
        trips += 1
      })
    }
  })
  afterAll(async () => await bench.drop())
  beforeEach(async () => {
    await bench.db.knex('zenodo_copies').update({ state: 'cancelled', claim_term: null })
  })

  const request = (slots: number) => ({ proof, slots, largeSlots: 100, largeBytes: 5e9, only: null })
  /** So many datasets with so many versions, and nothing earlier in the table that could run. */
  const fill = async (datasets: number, versions = 1) => {
    const drafts = Array.from({ length: versions }, (_, number) =>
      Array.from({ length: datasets }, (_, n) => requestOf({ doi: `10.5061/dryad.${run}-${n}`, number: number + 1 })),
    )
    run += 1
    await enqueueAll({ intake: bench.store.intake, emit: () => {} }, drafts.flat())
  }
  const counted = async <T>(work: () => Promise<T>): Promise<{ result: T; count: number; trips: number }> => {
    statements = []
    trips = 0
    const result = await work()
    return { result, count: statements.length, trips }
  }
  const claim = async (slots: number) => await counted(() => bench.store.work.claim(request(slots)))
  const settle = async (ids: readonly number[], slots: number | null) =>
    await counted(() =>
      bench.store.work.settle(
        proof,
        ids.map((copyId) => ({ copyId, outcome: finished })),
        slots === null ? null : request(slots),
      ),
    )
  const idsOf = (claimed: ReadonlyArray<{ copy: { id: number } }>) => claimed.map(({ copy }) => copy.id)

  /** The driver of SQLite begins a transaction without telling. */
  const eight = kind === 'sqlite' ? 7 : 8

  it('claiming one copy takes eight, with the two of the transaction, and so does claiming a hundred', async () => {
    await fill(101)
    const one = await claim(1)
    const many = await claim(100)
    expect([one.result.length, many.result.length]).toEqual([1, 100])
    expect([one.count, many.count]).toEqual([eight, eight])
  })

  it('finishing one copy takes eight, and so does finishing a hundred', async () => {
    await fill(101)
    const ids = idsOf((await claim(101)).result)
    const one = await settle(ids.slice(0, 1), null)
    const many = await settle(ids.slice(1), null)
    expect([...one.result.settled, ...many.result.settled]).toHaveLength(101)
    expect([one.count, many.count]).toEqual([eight, eight])
  })

  it.runIf(kind === 'mariadb')(
    'ending one and claiming the next takes four round trips, and so do a hundred',
    async () => {
      await fill(202)
      const ids = idsOf((await claim(101)).result)
      const one = await settle(ids.slice(0, 1), 1)
      const many = await settle(ids.slice(1), 100)
      expect([one.result.claimed.length, many.result.claimed.length]).toEqual([1, 100])
      expect([one.trips, many.trips]).toEqual([4, 4])
      expect([one.count, many.count]).toEqual([12, 12])
    },
  )

  it('of copies with earlier and later versions, a hundred are finished and the next claimed as one is', async () => {
    await fill(101, 3)
    const ids = idsOf((await claim(101)).result)
    const one = await settle(ids.slice(0, 1), 1)
    const many = await settle(ids.slice(1), 100)
    expect([one.result.claimed.length, many.result.claimed.length]).toEqual([1, 100])
    expect(many.count).toBe(one.count)
    expect(one.count).toBeLessThan(20)
  })

  it('the progress of a hundred running copies takes as many as that of one', async () => {
    await fill(100)
    const running = idsOf((await claim(100)).result).map((copyId) => ({ copyId, bytesDone: 1, filesDone: 0 }))
    const one = await counted(() => bench.store.work.heartbeat(proof, running.slice(0, 1)))
    const many = await counted(() => bench.store.work.heartbeat(proof, running))
    expect(many).toEqual(one)
  })

  it('an idle worker asks for one row, in one statement without a transaction', async () => {
    await fill(3)
    const { result, count } = await counted(() => bench.store.work.nextDueInMs())
    expect([result, count]).toEqual([0, 1])
    expect(statements[0]).toMatch(/LIMIT 1$/)
  })
})
