/** Is an address understood or refused in words, a dead database named, and SQLite driven as it must be? */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connection.ts'
import { newRound } from '../../src/db/round.ts'
import { createStore } from '../../src/db/store.ts'
import { inRounds, inTransaction } from '../../src/db/transaction.ts'
import { createTestDatabase, databases, type TestDatabase } from '../support/database.ts'

describe('the address of a database', () => {
  it.each([
    'postgres://u:hunter2@h/name',
    'mysql://u:hunter2@h',
    'mysql://u:hunter2@h/a/b',
    'mysql://u:hunter2@h/name?ssl=1',
    'mysql://u:hun%ter2@h/name',
    'mysql://u:hunter2@h:port/name',
    'sqlite:',
    '',
  ])('is refused without repeating its password: %s', (url) => {
    const opening = () => openDatabase(url)
    expect(opening).toThrow(expect.objectContaining({ code: 'config_invalid' }))
    expect(opening).not.toThrow(/hunter2/)
  })

  it('may have anything in its user and password, encoded', async () => {
    const db = openDatabase('mysql://us%40er:p%2F%3A%23@127.0.0.1:1/na%20me')
    const connection = db.knex.client.connectionSettings
    expect(connection).toMatchObject({ user: 'us@er', password: 'p/:#', database: 'na me', port: 1 })
    await db.close()
  })
})

describe.runIf(databases.includes('mariadb'))('several statements in one', () => {
  const two = 'SELECT 1 AS one; SELECT 2 AS two'

  it('are taken only by the connections that nothing but rounds is said on', async () => {
    const { db, drop } = await createTestDatabase('mariadb')
    const [answers] = await db.rounds.raw(two)
    expect(answers).toEqual([[{ one: 1 }], [{ two: 2 }]])
    await expect(db.knex.raw(two)).rejects.toMatchObject({ code: 'ER_PARSE_ERROR' })
    await drop()
  })

  it('cannot come from a value, whatever it holds', async () => {
    const { db, drop } = await createTestDatabase('mariadb')
    const values = [
      "'; SELECT 2 AS two; --",
      "\\'; SELECT 2; #",
      '"; SELECT 2; /*',
      '`; SELECT 2',
      "\u00bf'; SELECT 2; --",
      '?; ?',
    ]
    const said = await inRounds(db, async (transaction) => {
      const round = newRound(transaction)
      const answers = values.map((value) => round.ask<{ said: string }>('SELECT ? AS said', [value]))
      await round.send()
      return answers.map((answer) => answer())
    })
    expect(said).toEqual(values.map((value) => [{ said: value }]))
    await drop()
  })
})

describe('a database that is not there', () => {
  const open: Database[] = []
  afterEach(async () => {
    for (const db of open.splice(0)) await db.close()
  })

  it('is named by host and name, never by password', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const db = openDatabase(`mysql://anastasia:hunter2@127.0.0.1:${port}/copies`)
    open.push(db)
    const refused = await db.ping().catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'database_unreachable' })
    expect(String(refused)).toContain(`"copies" on 127.0.0.1:${port}`)
    expect(String(refused)).not.toMatch(/hunter2|anastasia/)
    await expect(createStore(db).reading.counts()).rejects.toMatchObject({ code: 'database_unreachable' })
    server.close()
  })

  it('is told when the folder of the file is missing', async () => {
    const db = openDatabase('sqlite:/nowhere/at/all.db')
    open.push(db)
    await expect(db.ping()).rejects.toMatchObject({ code: 'database_unreachable' })
    await expect(createStore(db).reading.counts()).rejects.toMatchObject({ code: 'database_unreachable' })
  })
})

describe.each(databases)('transactions on %s', (kind) => {
  let test: TestDatabase
  beforeEach(async () => {
    test = await createTestDatabase(kind)
    await test.db.knex('switches').insert([
      { name: 'pause', set_by: 'x', since: '2026-01-01 00:00:00' },
      { name: 'breaker', set_by: 'x', since: '2026-01-01 00:00:00' },
    ])
  })
  afterEach(async () => await test.drop())

  it('that fail show the statement, and not the values in it: those may be presigned addresses', async () => {
    const row = { name: 'nowhere', set_by: 'https://files.example/?signature=5ecret', since: '2026-01-01 00:00:00' }
    const failed = await test.db.knex('switches').insert(row).catch(String)
    expect(failed).toMatch(/insert into .switches.*switches_name_check/i)
    expect(failed).not.toContain('5ecret')
  })

  it('leave nothing behind when they throw', async () => {
    const failing = inTransaction(test.db, async ({ trx }) => {
      await trx('switches').del()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await test.db.knex('switches').pluck('name')).toHaveLength(2)
  })

  it('that would wait for each other for ever are both carried out', async () => {
    const other = openDatabase(test.url)
    let [runs, waiting] = [0, 2]
    const bothInside = Promise.withResolvers<void>()
    const cross = (db: Database, first: string, second: string) =>
      inTransaction(db, async ({ trx }) => {
        runs++
        await trx('switches')
          .where('name', first)
          .update({ reason: `${first} first` })
        // in SQLite the other one has not begun yet: it would wait here for nobody
        if (--waiting === 0 || kind === 'sqlite') bothInside.resolve()
        await bothInside.promise
        await trx('switches')
          .where('name', second)
          .update({ reason: `${first} first` })
      })
    try {
      await Promise.all([cross(test.db, 'pause', 'breaker'), cross(other, 'breaker', 'pause')])
    } finally {
      await other.close()
    }
    expect(runs).toBe(kind === 'sqlite' ? 2 : 3)
    const reasons = await test.db.knex('switches').pluck('reason')
    expect(new Set(reasons).size).toBe(1)
  })

  it('change what they read, one after the other', async () => {
    const others = [openDatabase(test.url), openDatabase(test.url)]
    const add = (db: Database) =>
      inTransaction(db, async ({ trx }) => {
        const { reason } = await trx('switches').where('name', 'pause').forUpdate().first('reason')
        await trx('switches')
          .where('name', 'pause')
          .update({ reason: `${Number(reason ?? 0) + 1}` })
      })
    try {
      await Promise.all(Array.from({ length: 30 }, (_, n) => add([test.db, ...others][n % 3]!)))
    } finally {
      for (const other of others) await other.close()
    }
    expect(await test.db.knex('switches').where('name', 'pause').pluck('reason')).toEqual(['30'])
  })
})

describe('embedded SQLite', () => {
  let folder = ''
  let db: Database
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-test-'))
    db = openDatabase(`sqlite:${join(folder, 'a.db')}`)
    await db.knex.schema.createTable('things', (table) => {
      table.increments('id')
      table.string('name').unique()
      table.boolean('good')
    })
  })
  afterEach(async () => {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('is set up to survive a power cut, and to let readers read while one writes', async () => {
    const pragma = async (name: string) => Object.values((await db.knex.raw(`PRAGMA ${name}`))[0])[0]
    expect(await pragma('journal_mode')).toBe('wal')
    expect(await pragma('synchronous')).toBe(2)
    expect(await pragma('foreign_keys')).toBe(1)
    await db.knex.transaction(async (trx) => await trx('things').insert({ name: 'x' }))
    expect(await pragma('busy_timeout')).toBeGreaterThanOrEqual(5000)
  })

  it('answers as knex expects: ids, counts of changes, rows, returned columns', async () => {
    expect(await db.knex('things').insert({ name: 'a', good: true })).toEqual([1])
    expect(await db.knex('things').insert({ name: 'b', good: false }).returning(['id', 'name'])).toEqual([
      { id: 2, name: 'b' },
    ])
    expect(await db.knex('things').update({ good: true })).toBe(2)
    expect(await db.knex('things').where({ good: true }).orderBy('id').pluck('name')).toEqual(['a', 'b'])
    expect(await db.knex('things').update({ good: false }).returning('id')).toEqual([{ id: 1 }, { id: 2 }])
    expect(await db.knex('things').where({ name: 'nobody' }).first()).toBeUndefined()
    expect(await db.knex('things').del()).toBe(2)
  })

  it('keeps the codes of its errors', async () => {
    await db.knex('things').insert({ name: 'a' })
    const twice = db.knex('things').insert({ name: 'a' })
    await expect(twice).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR', errcode: 2067 })
  })

  it('can live in memory', async () => {
    const memory = openDatabase('sqlite::memory:')
    await memory.knex.schema.createTable('t', (table) => void table.increments('id'))
    expect(await memory.knex('t')).toEqual([])
    await memory.close()
  })
})

describe('the file of an embedded database', () => {
  it('can be read by its owner only: sources in it may be presigned addresses', async () => {
    const test = await createTestDatabase('sqlite')
    try {
      const file = test.url.replace('sqlite:', '')
      const modes = await Promise.all([file, `${file}-wal`].map(async (path) => (await stat(path)).mode & 0o777))
      expect(modes).toEqual([0o600, 0o600])
    } finally {
      await test.drop()
    }
  })
})
