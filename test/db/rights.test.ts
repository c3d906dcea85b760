/** Do the rights in docs/operating.md suffice, and are they no more than that? */
import { readFileSync } from 'node:fs'
import mysql from 'mysql2/promise'
import { expect, inject, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { migrate, requireCurrentSchema } from '../../src/db/migrate.ts'
import { excessRights, serviceRights } from '../../src/db/rights.ts'
import { createStore } from '../../src/db/store.ts'
import { enqueueAll } from '../../src/replication/enqueue.ts'
import { createTestDatabase, databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { requestOf } from './setup.ts'

const onMariadb = test.runIf(databases.includes('mariadb'))

/** The statements of the page, for a database and users of this test. */
function documented(name: string): string[] {
  const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  const [, block = ''] = /## Users of the database.*?```sql\n(.*?)```/s.exec(page) ?? []
  const statements = block.replace(/^--.*\n/gm, '').split(/;\n/).filter((line) => line !== '') // biome-ignore format: one thought
  return statements.map((line) => line.replace(/\breplicator(?=[._ ]|$)/g, name).replaceAll('…', name))
}

/** A migrated database with the users of the page. */
async function createUsers() {
  const server = inject('mysqlUrl') ?? ''
  const name = `replicator_test_${crypto.randomUUID().slice(0, 8)}`
  const admin = await mysql.createConnection(server)
  await admin.query(`CREATE DATABASE ${name}`)
  const opened: Database[] = []
  const open = (role: string) => {
    const url = new URL(server)
    Object.assign(url, { username: `${name}${role}`, password: name, pathname: `/${name}` })
    const database = openDatabase(url.href)
    opened.push(database)
    return database
  }
  onTestFinished(async () => {
    for (const database of opened) await database.close()
    await admin.query(`DROP DATABASE ${name}`)
    for (const role of ['', '_owner', '_enqueue', '_reader']) await admin.query(`DROP USER IF EXISTS ${name}${role}`)
    await admin.end()
  })
  const [createOwner = '', grantOwner = '', ...others] = documented(name)
  for (const statement of [createOwner, grantOwner]) await admin.query(statement)
  await migrate(open('_owner'))
  for (const statement of others) await admin.query(statement)
  return { name, admin, open }
}

const refused = { errno: 1142 }

onMariadb('each user of the page can do its work', async () => {
  const { open } = await createUsers()

  const enqueuing = open('_enqueue')
  await requireCurrentSchema(enqueuing)
  const intake = { intake: createStore(enqueuing).intake, emit: () => {} }
  await enqueueAll(intake, [requestOf({ files: { 'a.csv': 3 } })])
  const [again] = await enqueueAll(intake, [requestOf({ files: { 'b.csv': 4, 'c.csv': 5 } })])
  expect(again).toMatchObject({ replaced: true })

  const { leases, work, desk, reading } = createStore(open(''))
  const holder = { holder: 'me', host: 'here', ttlMs: 30_000 }
  const term = await leases.acquire(await leases.look('zenodo'), holder)
  const proof = { name: 'zenodo', holder: 'me', term: term ?? 0 }
  const [claimed] = await work.claim({ slots: 1, largeSlots: 1, largeBytes: 5e9, only: null, proof })
  expect(claimed?.copy.type).toBe('data')
  await desk.setSwitch('pause', { name: 'tester', reason: null })
  await desk.clearSwitch('pause', operator)
  await leases.release(proof)

  const looking = createStore(open('_reader'))
  expect((await looking.reading.list({})).copies).toHaveLength(1)
  expect(await looking.reading.events(claimed?.copy.id ?? 0)).not.toEqual([])
  expect(await reading.counts()).not.toEqual([])
})

onMariadb('none but the owner can change a table, and each is kept to its own', async () => {
  const { open, name } = await createUsers()
  const changes = [
    'ALTER TABLE zenodo_copies ADD COLUMN more INT',
    'DROP TABLE outbox',
    'TRUNCATE TABLE zenodo_copy_events',
    'CREATE TABLE mine (id INT)',
    'CREATE INDEX mine ON outbox (id)',
  ]
  for (const role of ['', '_enqueue', '_reader']) {
    for (const sql of changes) await expect(open(role).knex.raw(sql), `${role} ${sql}`).rejects.toMatchObject(refused)
  }
  const { knex: enqueuing } = open('_enqueue')
  await expect(enqueuing('leases').select()).rejects.toMatchObject(refused)
  await expect(enqueuing('zenodo_copy_events').del()).rejects.toMatchObject(refused)
  await expect(open('_reader').knex('switches').del()).rejects.toMatchObject(refused)
  await expect(open('').knex.raw(`CREATE DATABASE ${name}_2`)).rejects.toMatchObject({ errno: 1044 })
})

onMariadb('who may do more than the service needs is told so', async () => {
  const { open, admin, name } = await createUsers()
  const notForReaders = ['INSERT', 'UPDATE', 'DELETE']
  expect(await excessRights(open(''))).toEqual({ here: [], everywhere: [], missing: [] })
  expect(await excessRights(open('_reader'))).toEqual({ here: [], everywhere: [], missing: notForReaders })
  const owner = await excessRights(open('_owner'))
  expect(owner?.here).toEqual(expect.arrayContaining(['ALTER', 'CREATE', 'DROP', 'REFERENCES']))
  await admin.query(`GRANT PROCESS ON *.* TO ${name}`)
  await admin.query(`GRANT INDEX ON \`${name.replaceAll('_', '\\_')}\`.* TO ${name}_reader`)
  expect(await excessRights(open(''))).toMatchObject({ here: [], everywhere: ['PROCESS'] })
  expect(await excessRights(open('_reader'))).toMatchObject({ here: ['INDEX'], everywhere: [] })
})

test.each(databases)('the service of all tests has no more rights than the page gives it, on %s', async (kind) => {
  const database = await createTestDatabase(kind)
  onTestFinished(database.drop)
  expect(serviceRights.join(', ')).toBe('SELECT, INSERT, UPDATE, DELETE')
  expect(await excessRights(database.db)).toEqual(kind === 'sqlite' ? null : { here: [], everywhere: [], missing: [] })
  if (kind === 'sqlite') return
  await expect(database.db.knex.raw('DROP TABLE outbox')).rejects.toMatchObject(refused)
})
