import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStore } from '../../src/db/store.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'
import type { HeldLease } from '../../src/worker/keep-lease.ts'
import { becomeLeader, type LeaseSettings } from '../../src/worker/leader.ts'
import { createTestDatabase, databases, type TestDatabase } from '../support/database.ts'
import { operator } from '../support/operator.ts'

const ttlMs = 1200

describe.each(databases)('the lease on %s', (kind) => {
  let database: TestDatabase
  let held: HeldLease[] = []
  let events: ServiceEvent[]
  beforeEach(async () => {
    database = await createTestDatabase(kind)
    events = []
  })
  afterEach(async () => {
    await Promise.all(held.map((lease) => lease.release()))
    held = []
    await database.drop()
  })

  /** Every candidate is a host of its own, as on several machines. */
  const lead = async (host: string, more: Partial<LeaseSettings> = {}, signal = new AbortController().signal) => {
    const ports = { leases: createStore(database.db).leases, emit: (event: ServiceEvent) => void events.push(event) }
    const settings = { name: 'zenodo', ttlMs, host, databaseId: database.url, wait: true, ...more }
    const lease = await becomeLeader(ports, settings, signal)
    held.push(lease)
    return lease
  }
  const leases = () => createStore(database.db).leases

  it('goes to one of many candidates at a time, under terms that only grow', async () => {
    const order: string[] = []
    const stop = new AbortController()
    const all = ['a', 'b', 'c'].map(async (host) => {
      const lease = await lead(host, {}, stop.signal)
      order.push(host)
      expect(order.length).toBe(held.length)
      held = held.filter((one) => one !== lease)
      await lease.release()
      order.pop()
      return lease.proof.term
    })
    const terms = await Promise.all(all)
    expect(new Set(terms).size).toBe(3)
    const history = await database.db.knex('lease_history').orderBy('term').pluck('term')
    expect(history.map(Number)).toEqual(terms.toSorted((a, b) => a - b))
  })

  it('stays with a holder that renews, for longer than its time to live', async () => {
    const lease = await lead('a')
    const waiting = new AbortController()
    const second = lead('b', {}, waiting.signal)
    const { promise, resolve } = Promise.withResolvers<void>()
    setTimeout(resolve, 2.5 * ttlMs)
    await promise
    lease.requireTrusted()
    expect(await leases().look('zenodo')).toMatchObject({ host: 'a', expired: false })
    waiting.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
  })

  it('when released, goes to the next at once', async () => {
    const first = await lead('a')
    held = []
    await first.release()
    expect(await leases().look('zenodo')).toMatchObject({ holder: null })
    expect((await lead('b', { wait: false })).proof.term).toBeGreaterThan(first.proof.term)
  })

  it('of a silent holder on another host goes over after its time to live, and asks for a quarantine', async () => {
    const row = await leases().look('zenodo')
    const term = await leases().acquire(row, { holder: 'gone|boot|1|1|x', host: 'gone', ttlMs })
    const lease = await lead('b')
    expect(lease.quiet).toBe(false)
    expect(lease.proof.term).toBeGreaterThan(term!)
  })

  it('of a holder that was broken asks for a quarantine: its last bytes may still be on their way', async () => {
    await lead('a')
    await leases().break('zenodo', operator)
    expect((await lead('b')).quiet).toBe(false)
  })

  it('is lost, with its signal, when somebody breaks it', async () => {
    const lease = await lead('a')
    const lost = new Promise((resolve) => lease.signal.addEventListener('abort', resolve))
    await leases().break('zenodo', operator)
    await lost
    expect(() => lease.requireTrusted()).toThrow('is lost')
    expect(events.at(-1)).toMatchObject({ kind: 'lease.lost' })
  })

  it('is not trusted after a pause longer than its time to live, before any timer had a chance to run', async () => {
    const lease = await lead('a')
    const until = performance.now() + ttlMs
    while (performance.now() < until); // a blocked event loop, as a stopped process looks from inside
    expect(() => lease.requireTrusted()).toThrow('not renewed in time')
  })

  it('without waiting, a living holder is an error that names it', async () => {
    await lead('a')
    await expect(lead('b', { wait: false })).rejects.toMatchObject({
      code: 'lease_held',
      message: expect.stringContaining('a'),
    })
  })

  it('a second process on the same host is kept out by the host lock', async () => {
    await lead('a')
    const message = 'Another worker process on this host (a) is already running. It leads.'
    await expect(lead('a', { wait: false })).rejects.toMatchObject({ code: 'lease_held', message })
  })

  it('kept out by a standby of its own host, a process is told which host leads', async () => {
    await lead('a')
    const stop = new AbortController()
    const standby = lead('b', {}, stop.signal)
    await vi.waitUntil(() => events.some((event) => event.kind === 'lease.waiting'))
    const message = 'Another worker process on this host (b) is already running. It stands by, as a holds the lease.'
    await expect(lead('b', { wait: false })).rejects.toMatchObject({ code: 'lease_held', message })
    stop.abort(new Error('enough'))
    await expect(standby).rejects.toThrow('enough')
  })
})
