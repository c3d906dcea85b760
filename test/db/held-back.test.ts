/** Is what is stored about the order always what follows from the states, whatever people and workers did, also at once? */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PersonAction } from '../../src/core/copy-state.ts'
import { personActions } from '../../src/core/copy-state.ts'
import { Failure, isFailure } from '../../src/core/failure.ts'
import { blockedBy } from '../../src/core/ordering.ts'
import type { LeaseProof, Outcome } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

const failure = new Failure('source_missing', 'Gone.')
const ends: readonly Outcome[] = [
  { kind: 'finished', attempt: true, messages: [] },
  { kind: 'error', failure, attempt: true },
  { kind: 'retry', failure, delayMs: 0 },
  { kind: 'released', reason: 'shutdown', delayMs: 0 },
]

/** One thing that happens to a dataset: numbers choose among what is there. */
const happenings = fc.oneof(
  fc.record({ what: fc.constant('enqueue' as const), number: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ what: fc.constant('work' as const), end: fc.constantFrom(...ends) }),
  fc.record({
    what: fc.constant('act' as const),
    action: fc.constantFrom<PersonAction>(...personActions),
    which: fc.nat(5),
  }),
  fc.record({ what: fc.constant('takeover' as const) }),
)
type Happening = typeof happenings extends fc.Arbitrary<infer T> ? T : never

describe.each(databases)('the stored order on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  let run = 0
  beforeAll(async () => {
    bench = await createBench(kind)
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())

  const copiesOf = async (doi: string) => (await bench.store.reading.list({ dataset: doi, limit: 1000 })).copies

  const happen = async (doi: string, happening: Happening): Promise<void> => {
    const copies = await copiesOf(doi)
    const only = copies.map(({ id }) => id)
    switch (happening.what) {
      case 'enqueue':
        await bench.enqueue({ doi, number: happening.number, types: ['software', 'software_publish', 'data'] })
        break
      case 'work':
        for (const id of await bench.claim(proof, { only })) await bench.settle(proof, id, happening.end)
        break
      case 'act': {
        const chosen = copies[happening.which % Math.max(1, copies.length)]
        if (chosen)
          await bench.store.desk.act(happening.action, { ids: [chosen.id] }, { name: 'curator', reason: null })
        break
      }
      case 'takeover':
        await bench.claim(proof, { only })
        proof = await bench.lead(`leader ${run}`)
        await bench.store.work.rescue(proof, { quarantineMs: 0, maxRescues: 2 })
    }
  }

  it('agrees with the rule after any history', async () => {
    const property = fc.asyncProperty(fc.array(happenings, { minLength: 4, maxLength: 14 }), async (history) => {
      const doi = `10.5061/dryad.h${run++}`
      for (const happening of history) {
        await happen(doi, happening).catch((error: unknown) => {
          // a late version may be refused; then nothing has changed
          if (!isFailure(error, 'version_superseded')) throw error
        })
        expect(await bench.store.desk.wrongOrder()).toBe(0)
      }
      const copies = await copiesOf(doi)
      for (const copy of copies.filter(({ state }) => state === 'enqueued')) {
        const ahead = blockedBy(
          copy,
          copies.filter(({ family }) => family === copy.family),
        )
        expect(await bench.row(copy.id)).toMatchObject({ held_back: ahead === null ? 0 : 1 })
        expect(copy.blockedBy).toBe(ahead?.id ?? null)
      }
    })
    await fc.assert(property, { numRuns: 20 })
  })

  it('agrees when copies are added, finished and cancelled at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const doi = `10.5061/dryad.m${run++}`
      for (const number of [2, 4, 6]) await bench.add({ doi, number })
      const only = (await copiesOf(doi)).map(({ id }) => id)
      const cancel = (id: number) => bench.store.desk.act('cancel', { ids: [id] }, { name: 'curator', reason: null })
      const [running, second, third] = only.toSorted((a, b) => a - b) as [number, number, number]
      await bench.claim(proof, { only })
      await Promise.all([
        bench.settle(proof, running, { kind: 'finished', attempt: true, messages: [] }),
        cancel(second),
        cancel(third),
        bench.add({ doi, number: 7 }),
        bench.add({ doi, number: 5 }),
      ])
      expect(await bench.store.desk.wrongOrder()).toBe(0)
    }
  })

  it('is put right where somebody wrote into the table', async () => {
    const doi = `10.5061/dryad.w${run++}`
    const [first, second] = [await bench.add({ doi, number: 1 }), await bench.add({ doi, number: 2 })]
    await bench.db.knex('zenodo_copies').where('id', first).update({ state: 'cancelled' })
    expect(await bench.claim(proof, { only: [first, second] })).toEqual([])
    expect(await bench.store.desk.wrongOrder()).toBe(1)
    expect(await bench.store.desk.repairOrder()).toBe(1)
    expect(await bench.store.desk.repairOrder()).toBe(0)
    expect(await bench.claim(proof, { only: [first, second] })).toEqual([second])
  })
})
