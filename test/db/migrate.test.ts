/** Does the schema come up, and do we refuse one that is not ours? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { migrate, migrationStatus, requireCurrentSchema } from '../../src/db/migrate.ts'
import { createEmptyDatabase, databases, type TestDatabase } from '../support/database.ts'

describe.each(databases)('the schema on %s', (kind) => {
  let test: TestDatabase
  beforeEach(async () => {
    test = await createEmptyDatabase(kind)
  })
  afterEach(async () => await test.drop())

  it('is refused while there are no tables, and looking makes none', async () => {
    await expect(requireCurrentSchema(test.owner.db)).rejects.toMatchObject({ code: 'schema_outdated' })
    const status = await migrationStatus(test.owner.db)
    expect(status.applied).toEqual([])
    expect(status.pending.length).toBeGreaterThan(4)
  })

  it('is accepted after it has been migrated, once and again', async () => {
    const { pending } = await migrationStatus(test.owner.db)
    expect(await migrate(test.owner.db)).toEqual(pending)
    expect(await migrate(test.owner.db)).toEqual([])
    await requireCurrentSchema(test.owner.db)
    expect(await migrationStatus(test.owner.db)).toEqual({ applied: pending, pending: [], unknown: [] })
  })

  it.runIf(kind === 'mariadb')('is not made by a user who may change rows only, and that is told as such', async () => {
    await expect(migrate(test.db)).rejects.toMatchObject({ code: 'database_unreachable' })
  })

  it('is refused when the last migration was not run', async () => {
    await migrate(test.owner.db)
    const { applied } = await migrationStatus(test.owner.db)
    await test.owner.db
      .knex('knex_migrations')
      .where({ name: applied.at(-1) })
      .del()
    await expect(requireCurrentSchema(test.owner.db)).rejects.toMatchObject({
      code: 'schema_outdated',
      details: { pending: applied.slice(-1) },
    })
  })

  it('is refused when a newer release has migrated it', async () => {
    await migrate(test.owner.db)
    await test.owner.db.knex('knex_migrations').insert({ name: '29990101000000_future.js', batch: 9 })
    const newer = { code: 'schema_newer', details: { unknown: ['29990101000000_future.js'] } }
    await expect(requireCurrentSchema(test.owner.db)).rejects.toMatchObject(newer)
    await expect(migrate(test.owner.db)).rejects.toMatchObject(newer)
  })

  it('comes up when several processes migrate at once', async () => {
    const others = [openDatabase(test.owner.url), openDatabase(test.owner.url)]
    try {
      await Promise.all([test.owner.db, ...others].map((db) => migrate(db)))
      await requireCurrentSchema(test.owner.db)
    } finally {
      for (const other of others) await other.close()
    }
  })
})
