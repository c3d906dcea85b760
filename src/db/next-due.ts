/** When does the worker have to look again? */
import type { Database } from './connection.ts'
import { isReady } from './readiness.ts'

/** Milliseconds until the next waiting copy that nothing holds back is due: 0 when one is, null when none waits. One row is read. */
export async function nextDueInMs({ knex, dialect }: Database): Promise<number | null> {
  const copies = dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_next_due')
  const sql = `SELECT ${dialect.msSince('c.run_after')} AS since FROM ${copies} WHERE ${isReady(dialect)} ORDER BY c.run_after LIMIT 1`
  const [next] = dialect.rows(await knex.raw(sql)) as Array<{ readonly since: number }>
  return next === undefined ? null : Math.max(0, -next.since)
}
