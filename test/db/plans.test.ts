/** Does each statement of the queue find its rows by an index? Asked of the databases, for all that the service sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../bench/parts/seed.ts'
import { databases } from '../support/database.ts'
import { sentBy } from '../support/query-plans.ts'
import { type Bench, createBench } from './setup.ts'

const actor = { name: 'curator', reason: null }
const create = { operation: 'create', depositionId: null, marker: 'm' } as const

describe.each(databases)('on %s, beside 20,000 finished copies and 2,000 that wait for one in error,', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
    await seed(bench.url, { finished: 20_000, blocked: 2000 })
  }, 60_000)
  afterAll(async () => await bench.drop())

  /** All that happens to copies, once. */
  const live = async () => {
    const { work, desk, reading } = bench.store
    const proof = await bench.lead()
    const ids: number[] = []
    for (const number of [1, 2, 3]) ids.push(await bench.add({ number }))
    await bench.enqueue({ number: 1, title: 'B' })
    const next = { proof, slots: 5, largeSlots: 1, largeBytes: 0, only: null }
    const [claimed] = await work.claim(next)
    const id = claimed!.copy.id
    await work.heartbeat(proof, [{ copyId: id, bytesDone: 1, filesDone: 0 }])
    await work.announce(proof, id, create)
    await work.recordStep(proof, id, { step: 'create', facts: { depositionId: 7 }, settles: null, data: {} })
    await work.recordFiles(proof, id, [{ path: 'a.csv', state: 'sent', md5: 'a', bytesDone: 3 }])
    await work.repoint(proof, id, { from: 7, to: { depositionId: 8 }, settles: null })
    const finished = { kind: 'finished', attempt: true, messages: [] } as const
    const { claimed: second } = await work.settle(proof, [{ copyId: id, outcome: finished }], next)
    const released = { kind: 'released', reason: 'shutdown', delayMs: 0 } as const
    await work.settle(proof, [{ copyId: second[0]!.copy.id, outcome: released }], { ...next, only: ids })
    await work.releaseStray(proof, [])
    await work.nextDueInMs()
    await work.rescue(await bench.lead('b'), { quarantineMs: 0, maxRescues: 5 })
    for (const action of ['defer', 'resume', 'cancel', 'requeue'] as const)
      await desk.act(action, { ids: [ids[2]!] }, actor)
    await reading.get(id)
    await reading.chain(id)
    await bench.store.orphans.inUse([8])
  }

  it('no statement goes through a table', async () => {
    const sent = new Map((await sentBy(bench.db, live)).map((one) => [one.sql, one]))
    const asked = [...sent.values()].filter(
      ({ sql }) => /^\s*(select|update)\b/i.test(sql) && /zenodo_|dataset/.test(sql),
    )
    expect(asked.length).toBeGreaterThan(40)
    const through: string[] = []
    for (const { sql, bindings } of asked) {
      const explain = kind === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'
      const plan = bench.db.dialect.rows(await bench.db.knex.raw(`${explain} ${sql}`, [...bindings] as never[]))
      if (plan.some(readsAll)) through.push(`${sql}\n${JSON.stringify(plan, null, 1)}`)
    }
    expect(through).toEqual([])
  })
})

/** A row of a plan, of either database: a table with thousands of rows is read from one end to the other. */
function readsAll(row: unknown): boolean {
  const { detail = '', rows = 0 } = row as { readonly detail?: string; readonly rows?: number | null }
  return /^SCAN (zenodo_|dataset|[a-z]\b)/.test(detail) || Number(rows) > 5000
}
