/** When does the worker have to look again? */
import type { Database } from './connection.ts'
import { whereReady } from './readiness.ts'

/** Milliseconds until the next waiting copy that nothing holds back is due: 0 when one is, null when none waits. */
export async function nextDueInMs({ knex, dialect }: Database): Promise<number | null> {
  const [next]: Array<{ since: number }> = await whereReady(knex('zenodo_copies as c'), knex)
    .orderBy('c.run_after')
    .limit(1)
    .select(knex.raw(`${dialect.msSince('c.run_after')} AS since`))
  return next === undefined ? null : Math.max(0, -next.since)
}
