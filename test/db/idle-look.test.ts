/** What does a look of an idle worker read? At most one row, whatever the table has gone through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextDueInMs } from '../../src/db/next-due.ts'
import { seed } from '../bench/parts/seed.ts'
import { databases } from '../support/database.ts'
import { rowsRead } from '../support/rows-read.ts'
import { type Bench, createBench } from './setup.ts'

describe.each(databases)('a look of an idle worker on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
    await seed(bench.url, { finished: 20_000, blocked: 2000 })
  })
  afterAll(async () => await bench.drop())

  it('finds nothing beside 20,000 finished copies and 2,000 that wait for one in error', async () => {
    expect(await bench.store.work.nextDueInMs()).toBeNull()
  })

  it.runIf(kind === 'mariadb')('reads one row at most', async () => {
    expect(await rowsRead(bench.db, nextDueInMs)).toBeLessThanOrEqual(1)
  })
})
