/** When does the worker have to look again? */
import type { Database } from './connection.ts'
import { whereReady } from './readiness.ts'

/** Milliseconds until the next waiting copy that nothing holds back is due: 0 when one is, null when none waits. */
export async function nextDueInMs({ knex, dialect }: Database): Promise<number | null> {
  const rows: Array<{ since: number | null }> = await whereReady(knex('zenodo_copies as c'), knex).select(
    knex.raw(`${dialect.msSince('MIN(c.run_after)')} AS since`),
  )
  const since = rows[0]?.since ?? null
  return since === null ? null : Math.max(0, -since)
}
