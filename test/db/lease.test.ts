/** Is there one leader, does its term only grow, and can a dead or frozen one be replaced? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { fenced } from '../../src/db/fence.ts'
import { createStore } from '../../src/db/store.ts'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { type Bench, createBench } from './setup.ts'

const me = { holder: 'a', host: 'host-a', ttlMs: 30_000 }

describe.each(databases)('the lease on %s', (kind) => {
  let bench: Bench
  let name = ''
  let run = 0
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  beforeEach(() => {
    name = `lease${run++}`
  })
  afterAll(async () => await bench.drop())

  it('is free and expired before anybody had it', async () => {
    const seen = await bench.store.leases.look(name)
    expect(seen).toMatchObject({ name, holder: null, host: null, term: 0, beat: 0, expired: true, acquiredAt: null })
    expect(seen.overMs).toBeGreaterThan(1e12)
  })

  it('goes to one of several who saw it free', async () => {
    const { leases } = bench.store
    const seen = await leases.look(name)
    const holders = ['a', 'b', 'c', 'd']
    const terms = await Promise.all(holders.map((holder) => leases.acquire(seen, { ...me, holder })))
    const won = terms.filter((term) => term !== null)
    expect(won).toHaveLength(1)
    expect(won[0]).toBeGreaterThan(Date.now() - 60_000)
    const now = await leases.look(name)
    expect(now).toMatchObject({
      term: won[0],
      holder: holders[terms.findIndex((term) => term !== null)],
      expired: false,
    })
    expect(now.overMs).toBeLessThan(-25_000)
    expect(await bench.db.knex('lease_history').where({ name })).toMatchObject([{ term: won[0], holder: now.holder }])
  })

  it('stays with a holder that renews, and is lost to it for good when another has taken it', async () => {
    const { leases } = bench.store
    const before = await leases.look(name)
    const term = (await leases.acquire(before, me))!
    const seen = await leases.look(name)
    const proof = { name, holder: 'a', term }
    expect(await leases.renew(proof, 60_000)).toBe(true)
    expect(await leases.acquire(seen, { ...me, holder: 'b' })).toBeNull()
    const renewed = await leases.look(name)
    expect(renewed).toMatchObject({ beat: seen.beat + 1, term })
    expect(renewed.overMs).toBeLessThan(-50_000)
    const next = (await leases.acquire(renewed, { ...me, holder: 'b' }))!
    expect(next).toBeGreaterThan(term)
    expect(await leases.renew(proof, 30_000)).toBe(false)
    await leases.release(proof)
    expect(await leases.look(name)).toMatchObject({ holder: 'b', term: next })
  })

  it('is free at once after a release, under a term that goes on growing', async () => {
    const { leases } = bench.store
    const terms: number[] = []
    for (let n = 0; n < 5; n++) {
      const term = (await leases.acquire(await leases.look(name), me))!
      terms.push(term)
      await leases.release({ name, holder: 'a', term })
      expect(await leases.look(name)).toMatchObject({ holder: null, term })
    }
    expect(terms).toEqual([...new Set(terms)].toSorted((a, b) => a - b))
  })

  it('can be broken, and then the holder is refused everywhere', async () => {
    const { leases, work } = bench.store
    const term = (await leases.acquire(await leases.look(name), me))!
    expect(await leases.break(name, operator)).toMatchObject({ holder: 'a', host: 'host-a', term, expired: false })
    const after = await leases.look(name)
    expect(after.holder).toBeNull()
    expect(after.term).toBeGreaterThan(term)
    expect(await leases.renew({ name, holder: 'a', term }, 1000)).toBe(false)
    await expect(work.rescue({ name, holder: 'a', term }, { quarantineMs: 0, maxRescues: 3 })).rejects.toMatchObject({
      code: 'lease_lost',
    })
  })

  it('can be broken before anybody had it', async () => {
    expect(await bench.store.leases.break(name, operator)).toMatchObject({ holder: null, term: 0 })
  })

  it('gives no term twice, also when a restored backup shows an old one and the clock went back', async () => {
    const { leases } = bench.store
    await leases.acquire(await leases.look(name), me)
    const ahead = Date.now() + 3_600_000
    await bench.db.knex('lease_history').where({ name }).update({ term: ahead })
    await bench.db.knex('leases').where({ name }).update({ term: 5, holder: null })
    expect(await leases.acquire(await leases.look(name), me)).toBe(ahead + 1)
  })

  it('cannot be taken over while a write of its holder is under way', async () => {
    const { leases } = bench.store
    const term = (await leases.acquire(await leases.look(name), me))!
    const seen = await leases.look(name)
    const [other, watcher] = [openDatabase(bench.url), openDatabase(bench.url)]
    try {
      await other.ping()
      const order: string[] = []
      const inside = Promise.withResolvers<void>()
      const gate = Promise.withResolvers<void>()
      const writing = fenced(bench.db, { name, holder: 'a', term }, async () => {
        inside.resolve()
        await gate.promise
        order.push('written')
      })
      await inside.promise
      const taking = createStore(other)
        .leases.acquire(seen, { ...me, holder: 'b' })
        .then((next) => {
          order.push('taken')
          return next
        })
      // far more round trips than a takeover takes: it had its chance, were it not held back
      for (let n = 0; n < 30; n++) await watcher.ping()
      gate.resolve()
      await writing
      expect(await taking).toBeGreaterThan(term)
      expect(order).toEqual(['written', 'taken'])
    } finally {
      await other.close()
      await watcher.close()
    }
  })
})

describe.runIf(databases.includes('mariadb'))('a leader that freezes inside a transaction', () => {
  it('keeps nobody out for good: the server ends its idle transaction, and it cannot commit any more', async () => {
    const bench = await createBench('mariadb')
    const frozen = openDatabase(bench.url)
    try {
      const proof = await bench.lead()
      const seen = await bench.store.leases.look('zenodo')
      const inside = Promise.withResolvers<void>()
      const thawed = Promise.withResolvers<void>()
      const writing = fenced(frozen, proof, async ({ trx }) => {
        await trx('switches').insert({ name: 'pause', set_by: 'frozen', since: '2026-01-01 00:00:00' })
        inside.resolve()
        await thawed.promise
      })
      await inside.promise
      const term = await bench.store.leases.acquire(seen, { holder: 'b', host: 'host-b', ttlMs: 30_000 })
      expect(term).toBeGreaterThan(proof.term)
      thawed.resolve()
      await expect(writing).rejects.toThrow()
      expect(await bench.store.desk.switches()).toEqual([])
    } finally {
      await frozen.close()
      await bench.drop()
    }
  })
})
