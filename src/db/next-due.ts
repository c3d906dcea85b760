/** Which copy is due next, and when does the worker have to look again? */
import type { Database } from './connection.ts'
import { isReady } from './readiness.ts'

interface Next {
  readonly id: number
  /** Milliseconds since it became due; negative before. */
  readonly since: number
}

/** Milliseconds until the next waiting copy that nothing holds back is due: 0 when one is, null when none waits. One row is read. */
export async function nextDueInMs(db: Database): Promise<number | null> {
  const next = await nextDue(db)
  return next === null ? null : Math.max(0, -next.since)
}

/** Of those that may run now, the one that is due for longest. */
export async function oldestDue(db: Database): Promise<{ readonly id: number; readonly dueForMs: number } | null> {
  const next = await nextDue(db)
  return next === null || next.since < 0 ? null : { id: next.id, dueForMs: next.since }
}

async function nextDue({ knex, dialect }: Database): Promise<Next | null> {
  const copies = dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_next_due')
  const sql = `SELECT c.id AS id, ${dialect.msSince('c.run_after')} AS since FROM ${copies} WHERE ${isReady(dialect)} ORDER BY c.run_after LIMIT 1`
  const [next] = dialect.rows(await knex.raw(sql)) as Next[]
  return next ?? null
}
