/** Is a later copy ever taken while an earlier one is just being added? Two transactions, interleaved at the worst place. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Knex } from 'knex'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

const doi = '10.5061/dryad.trap'

/** In SQLite there is one writer at a time, so there is nothing to interleave. */
describe.runIf(databases.includes('mariadb'))('two transactions on one dataset', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await createBench('mariadb')
  })
  afterEach(async () => await bench.drop())

  /** Resolves when some transaction of this database waits for a lock. InnoDB tells that anew after 0.1 s of not being asked. */
  const somebodyWaits = async () => {
    for (;;) {
      await delay(150)
      const [waiting] = await bench.owner.db.knex.raw(
        `SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
         WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
      )
      if (waiting.length > 0) return
    }
  }
  const lockCopies = async (trx: Knex.Transaction) => await trx('zenodo_copies').orderBy('id').forUpdate().select('id')

  it('passes over a later copy while an earlier one is being added, and then leaves it to wait', async () => {
    const proof = await bench.lead()
    const second = await bench.add({ doi, number: 2 })
    const trx = await bench.db.knex.transaction()
    await lockCopies(trx)
    expect(await bench.claim(proof, { only: [second] })).toEqual([])
    await trx.rollback()
    const first = await bench.add({ doi, number: 1 })
    expect(await bench.claim(proof)).toEqual([first])
  })

  it('lets a version be added only after the claim of a later one is decided', async () => {
    const second = await bench.add({ doi, number: 2 })
    const trx = await bench.db.knex.transaction()
    await lockCopies(trx)
    const refused = expect(bench.enqueue({ doi, number: 1 })).rejects.toMatchObject({ code: 'version_superseded' })
    await somebodyWaits()
    await trx('zenodo_copies').where('id', second).update({ state: 'finished' })
    await trx.commit()
    await refused
  })

  it('lets the third go when the first is finished while the second is being cancelled', async () => {
    const proof = await bench.lead()
    const first = await bench.add({ doi, number: 1 })
    const second = await bench.add({ doi, number: 2 })
    const third = await bench.add({ doi, number: 3 })
    await bench.claim(proof, { only: [first] })
    const trx = await bench.db.knex.transaction()
    await trx('zenodo_copies').where('id', second).update({ state: 'cancelled' })
    const finishing = bench.settle(proof, first, { kind: 'finished', attempt: true, messages: [] })
    await somebodyWaits()
    await trx.commit()
    await finishing
    expect(await bench.store.desk.wrongOrder()).toBe(0)
    expect(await bench.claim(proof)).toEqual([third])
  })
})
