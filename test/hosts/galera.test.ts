/**
 * Does all hold on a Galera cluster of three nodes behind HAProxy, through the kill of a node, a split, and writers on two nodes at once?
 * Takes minutes: `npm run test:galera`.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { isFailure } from '../../src/core/failure.ts'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { refreshHeldBack } from '../../src/db/held-back.ts'
import { createStore } from '../../src/db/store.ts'
import { inTransaction, now } from '../../src/db/transaction.ts'
import { operator } from '../support/operator.ts'
import { stopServices } from '../support/service-process.ts'
import { makeGalera, type Node, provideGalera } from './galera.ts'
import { startHaproxy } from './haproxy.ts'
import { createHostsWorld, type DatabaseSetup, type HostsWorld, type Wanted } from './hosts-world.ts'
import { reach } from './programs.ts'
import { expectFinishedOnce, until } from './watch.ts'

const isWanted = process.env.TEST_GALERA === '1' && inject('networkMissing') === null
const program = isWanted ? await provideGalera() : null
const names = ['n1', 'n2', 'n3'] as const

describe.skipIf(program === null)('on a cluster of three nodes', { timeout: 240_000 }, () => {
  let world: HostsWorld
  let nodes: Node[] = []
  let direct: Database[] = []
  const setup: DatabaseSetup = {
    hosts: [...names, 'proxy'],
    async open({ network, folder, closing }) {
      nodes = await makeGalera(program ?? '', { network, names, folder })
      closing.push(...nodes.map((node) => () => node.remove()))
      const proxy = await startHaproxy(network.host('proxy'), { nodes, folder })
      closing.push(proxy.stop)
      const url = Object.assign(new URL(nodes[0]?.url ?? ''), { host: `${network.host('proxy').address}:3306` })
      return { url: url.href, host: 'proxy' }
    },
  }
  beforeAll(async () => {
    world = await createHostsWorld(setup)
    direct = await Promise.all(names.map(openNode))
  }, 300_000)
  afterEach(async () => {
    await stopServices()
    await world.network.heal()
  })
  afterAll(async () => {
    for (const db of direct) await db.close()
    await world?.close()
  })

  /** A node itself, past the proxy. */
  async function openNode(name: string): Promise<Database> {
    const through = { through: world.network.host('desk'), folder: world.folder }
    const relayed = await reach(world.network.host(name), 3306, through)
    return openDatabase(Object.assign(new URL(world.databaseUrl), { host: `127.0.0.1:${relayed.value}` }).href)
  }

  async function startLoad(count: number): Promise<Wanted[]> {
    await insistent(() => world.app.leases.break('zenodo', operator))
    for (const host of ['a', 'b']) world.worker(host)
    const copies: Wanted[] = []
    for (let index = 0; index < count; index += 1) {
      const dataset = `load-${randomUUID()}`
      copies.push(await insistent(() => world.enqueue([1000 + index, 200_000], { dataset })))
    }
    await until(async () => (await world.app.reading.list({ states: ['replicating'] })).copies.length > 0)
    return copies
  }

  /** The terms grow, and every node holds the same. */
  async function expectOneHistory() {
    const told = await Promise.all(
      direct.map(async ({ knex }) => ({
        terms: await knex('lease_history').orderBy('acquired_at').pluck('term'),
        copies: await knex('zenodo_copies').orderBy('id').select('id', 'state', 'deposition_id', 'held_back'),
        events: await knex('zenodo_copy_events').orderBy('id').select('id', 'copy_id', 'kind', 'term'),
      })),
    )
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    expect(told[0]?.terms).toEqual(told[0]?.terms.toSorted((a, b) => a - b))
  }

  it('kill -9 of the node that all work goes through: the next one takes its place, nothing is lost or doubled', async () => {
    const copies = await startLoad(20)
    await nodes[0]?.stop('SIGKILL')
    await expectFinishedOnce(world, copies)
    await nodes[0]?.start()
    await expectOneHistory()
  })

  it('a node that is split from the others refuses, the work goes on without it, and nothing forks', async () => {
    const copies = await startLoad(20)
    await world.network.cut('n1', 'n2')
    await world.network.cut('n1', 'n3')
    const refused = createStore(direct[0]!)
    await until(async () =>
      refused.leases.look('zenodo', 2000).then(
        () => false,
        (error) => error.details.reason.includes('majority'),
      ),
    )
    await expectFinishedOnce(world, copies)
    await world.network.heal()
    await until(async () => (await direct[0]!.knex.raw("SHOW STATUS LIKE 'wsrep_ready'"))[0][0].Value === 'ON')
    await expectOneHistory()
  })

  it('two nodes take writes: nothing of an old term is written after another node gave the lease away', async () => {
    const copy = await world.enqueue([10])
    const stores = direct.slice(0, 2).map(createStore)
    let proof = await lead(stores[0]!, 'first')
    for (let round = 0; round < 10; round += 1) {
      const [old, other] = round % 2 === 0 ? stores : stores.toReversed()
      const intent = { operation: 'publish', depositionId: 1, marker: null } as const
      const writing = [1, 2].map(() => untilLost(() => old!.orphans.announce(proof, copy.id, intent)))
      await until(async () => (await told(direct[round % 2]!, proof.term)) > 5)
      const { term } = proof
      const next = await lead(other!, `holder ${round}`)
      const atTakeover = await told(direct[(round + 1) % 2]!, term)
      await Promise.all(writing)
      expect(await told(direct[(round + 1) % 2]!, term)).toBe(atTakeover)
      proof = next
    }
    const cancelled = { filter: { ids: [copy.id] }, actor: { name: 'test', reason: null } }
    await insistent(() => world.app.act('cancel', cancelled))
  })

  it('two nodes take writes: a copy that comes while the one before it ends on another node is not held back for ever', async () => {
    const { id, dataset } = await world.enqueue([10])
    const { intake } = createStore(direct[1]!)
    const later = await new Promise<number>((resolve, reject) => {
      let first = true
      inTransaction(direct[0]!, async (transaction) => {
        const changes = { state: 'cancelled', updated_at: now(transaction) }
        await transaction.trx('zenodo_copies').where('id', id).update(changes)
        await refreshHeldBack(transaction, [id])
        if (!first) return
        first = false
        resolve((await world.enqueue([20], { dataset, number: 2, intake })).id)
      }).catch(reject)
    })
    await until(
      async () => (await direct[2]!.knex('zenodo_copies').where('id', later).first('held_back')).held_back === 0,
    )
  })
})

type Store = ReturnType<typeof createStore>

/** As an application does when the database is away for a moment, or two nodes wrote the same. */
async function insistent<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isFailure(error, 'database_unreachable')) throw error
      await delay(50)
    }
  }
}

async function lead({ leases }: Store, holder: string) {
  for (;;) {
    await insistent(() => leases.break('zenodo', operator))
    const term = await leases
      .acquire(await leases.look('zenodo'), { holder, host: holder, ttlMs: 60_000 })
      .catch(() => null)
    if (term !== null) return { name: 'zenodo', holder, term }
  }
}

async function told({ knex }: Database, term: number): Promise<number> {
  return (await knex('zenodo_copy_events').where({ term }).pluck('id')).length
}

async function untilLost(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await write()
    } catch (error) {
      if ((error as { code?: string }).code === 'lease_lost') return
    }
  }
}
