/** What happens when a line to the database swallows what is sent, and closes nothing? */

import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { answeredWithin } from '../../src/db/patience.ts'
import { createStore } from '../../src/db/store.ts'
import { createTestDatabase, databases, type TestDatabase } from '../support/database.ts'
import { relay } from '../support/relay.ts'

describe.runIf(databases.includes('mariadb'))('a database that does not answer any more', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createTestDatabase('mariadb')
  })
  afterEach(async () => await database.drop())

  /** The database through a line whose connections can all be made to swallow what they carry; later ones are good. */
  async function throughLine() {
    const { hostname: host, port } = new URL(database.url)
    const sockets: Socket[] = []
    const line = relay({ host, port: Number(port) }).on('connection', (socket: Socket) => sockets.push(socket))
    line.listen(0, '127.0.0.1')
    await once(line, 'listening')
    const url = Object.assign(new URL(database.url), { host: `127.0.0.1:${(line.address() as AddressInfo).port}` })
    const db = openDatabase(url.href)
    const swallow = () => {
      for (const socket of sockets.splice(0)) socket.unpipe().resume()
    }
    const close = async () => {
      await db.close()
      line.close()
    }
    return { db, swallow, connections: () => sockets.length, close }
  }

  it('is unreachable after the time that was given, and all connections of that time are given up at once', async () => {
    const { db, swallow, connections, close } = await throughLine()
    const { leases } = createStore(db)
    await Promise.all([leases.look('zenodo'), leases.look('zenodo'), leases.look('zenodo')])
    expect(connections()).toBe(3)
    swallow()
    await expect(leases.look('zenodo', 1000)).rejects.toMatchObject({ code: 'database_unreachable' })
    // three of them in a row would each take its time
    expect(await leases.look('zenodo', 1000)).toMatchObject({ holder: null })
    expect(connections()).toBe(1)
    await close()
  })

  it('in the middle of a transaction fails that, and nothing of it is done', async () => {
    const { db, swallow, close } = await throughLine()
    const working = answeredWithin(1000, () =>
      db.knex.transaction(async (trx) => {
        await trx('switches').insert({ name: 'pause', set_by: 'test', since: '2026-01-01' })
        swallow()
      }),
    )
    await expect(working).rejects.toMatchObject({ code: 'ETIMEDOUT', fatal: true })
    expect(await db.knex('switches')).toEqual([])
    await close()
  })

  it('keeps no lease from being renewed, also when copies on their way have all connections in use', async () => {
    const { db } = database
    const { leases } = createStore(db)
    const me = { holder: 'a', host: 'host-a', ttlMs: 30_000 }
    const term = (await leases.acquire(await leases.look('zenodo'), me)) ?? 0
    const inUse = await Promise.all(Array.from({ length: 10 }, () => db.knex.transaction()))
    expect(await leases.renew({ name: 'zenodo', holder: 'a', term }, 30_000)).toBe(true)
    await Promise.all(inUse.map((trx) => trx.rollback()))
  })
})
