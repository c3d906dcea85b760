/** A throwaway database for a test file: made, migrated and dropped by the test. */
import { inject } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { makeMariadb, makeSqlite, type TestDatabase, type TestDatabaseKind } from './make-database.ts'

export type { TestDatabase, TestDatabaseKind } from './make-database.ts'

/** The kinds that can be tested here; the start of the test run says loudly when MariaDB is missing. */
export const databases: readonly TestDatabaseKind[] = inject('mysqlUrl') === null ? ['sqlite'] : ['sqlite', 'mariadb']

/** A new, migrated database. */
export async function createTestDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  const empty = await createEmptyDatabase(kind)
  await migrate(empty.owner.db)
  return empty
}

/** A new database without tables. */
export async function createEmptyDatabase(kind: TestDatabaseKind): Promise<TestDatabase> {
  if (kind === 'sqlite') return await makeSqlite()
  const server = inject('mysqlUrl')
  if (server === null) throw new Error(inject('mysqlMissing') ?? 'no MariaDB')
  return await makeMariadb(server)
}
