/** Do messages stay quick to find, however many were delivered? By the plans of the statements really sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LeaseProof } from '../../src/replication/ports/work-store.ts'
import { numbers, seed } from '../bench/parts/seed.ts'
import { databases } from '../support/database.ts'
import { plansOf } from '../support/query-plans.ts'
import { type Bench, createBench } from './setup.ts'

const delivered = 20_000
const others = 40
const copies = 2000
const limit = 50

describe.each(databases)('beside 20,000 messages that were delivered, on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  beforeAll(async () => {
    bench = await createBench(kind)
    const { knex } = bench.db
    await seed(bench.url, { finished: copies, blocked: 0 })
    const write = async (first: number, count: number, state: string) => {
      const long = "'2026-01-01 00:00:00.000'"
      const columns = 'id, channel, kind, copy_id, payload, created_at, state, delivered_at, next_attempt_at'
      const at = state === "'delivered'" ? long : 'null'
      // a few about each copy, and some about none
      const about = `case when i % 5 < 4 then 1 + i % ${copies} end`
      const values = `i, case when i % 7 = 0 then 'mail' else 'webhook' end, 'copy.finished', ${about}, '{}', ${long}, ${state}, ${at}, ${long}`
      await knex.raw(`insert into outbox (${columns}) select ${values} from ${numbers(first, count)} order by i`)
    }
    await write(1, delivered, "'delivered'")
    await write(delivered + 1, others, "case when i % 4 = 0 then 'dead' else 'waiting' end")
    if (kind === 'mariadb') await knex.raw('ANALYZE TABLE outbox')
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())

  /** So many rows of `outbox` at most, found by an index. */
  const expectFew = async (work: () => Promise<unknown>, most: number) => {
    const steps = (await plansOf(bench.db, kind, work))
      .flatMap((plan) => plan.steps.map((step) => ({ ...step, sorts: plan.sorts, sql: plan.sql })))
      .filter(({ sql }) => sql.includes('outbox'))
    expect(steps).not.toEqual([])
    for (const { table, index, rows, sorts, sql } of steps) {
      if (kind === 'mariadb') expect(rows, `rows of ${table} in ${sql}`).toBeLessThanOrEqual(most)
      else if (isFound(table, sql)) expect([index, sorts], sql).toEqual([expect.any(String), false])
    }
  }

  /** Not what was found already, nor SQLite's way through ids, which is that of the rows themselves. */
  const isFound = (table: string, sql: string) => table !== 'some' && sql.includes('where')

  it('the look for those that are due reads what waits, and the messages about the same copies', async () => {
    const due = () => bench.store.outbox.due('webhook', limit, [])
    expect((await due()).length).toBeGreaterThan(0)
    await expectFew(due, others * (delivered / copies))
  })

  it.each([
    {},
    { state: 'delivered' },
    { state: 'waiting' },
    { state: 'dead' },
    { state: 'dead', channel: 'webhook' },
    { kind: 'copy.finished' },
    { kind: 'copy.moved', state: 'delivered' },
    { state: 'waiting', copyId: 1 },
    { before: 500, state: 'delivered' },
  ] as const)('a page of %o reads what it shows', async (filter) => {
    await expectFew(() => bench.store.messages.list({ ...filter, limit }), limit)
  })

  it('what people and scrapes are told of them all does not count those that were delivered', async () => {
    await expectFew(() => bench.store.messages.summary(), others)
  })

  it('old ones are found oldest first, a part at a time', async () => {
    const never = 100 * 365 * 86_400_000
    await expectFew(() => bench.store.outbox.retire(proof, never, { after: 0, unsent: false }), 500)
    await expectFew(() => bench.store.outbox.retire(proof, never, { after: 0, unsent: true }), others)
  })
})
