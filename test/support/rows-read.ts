/** How many rows does a piece of work read? By MariaDB's own counters; a read that finds nothing counts as well. */
import type { Knex } from 'knex'
import type { Database } from '../../src/db/connection.ts'

/** `work` must keep to the database it is given: counted is what happens on its one connection. MySQL and MariaDB only. */
export async function rowsRead(db: Database, work: (db: Database) => Promise<unknown>): Promise<number> {
  return await db.knex.transaction(async (knex) => {
    const start = await handlerReads(knex)
    const own = (await handlerReads(knex)) - start
    const before = await handlerReads(knex)
    await work({ ...db, knex })
    return (await handlerReads(knex)) - before - own
  })
}

/** Asking reads rows too, the same number each time. */
async function handlerReads(knex: Knex): Promise<number> {
  const [rows] = await knex.raw("SHOW SESSION STATUS LIKE 'Handler_read%'")
  return (rows as Array<{ Value: string }>).reduce((sum, { Value }) => sum + Number(Value), 0)
}
