/** What is derived when copies are read? Which earlier copy holds each of them back. */
import type { CopyView } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { type CopyRow, toCopy } from './rows.ts'

/** Rows as people see them; one query for all of them. */
export async function toViews(db: Database, rows: readonly CopyRow[]): Promise<CopyView[]> {
  const waiting = rows.filter((row) => row.state === 'enqueued').map((row) => row.id)
  const ahead = waiting.length === 0 ? [] : await firstAhead(db, waiting)
  const byCopy = new Map(ahead.map(({ copy, first }) => [copy, first]))
  return rows.map((row) => {
    return {
      ...toCopy(row),
      blockedBy: byCopy.get(row.id) ?? null,
      title: row.title,
      errorGroup: row.error_group,
      eventsArchived: row.events_archived,
    }
  })
}

/** See `Reading.ahead`. */
export async function aheadOf(db: Database, ids: readonly number[]): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    for (const { copy, first } of await firstAhead(db, ids.slice(start, start + idsAtOnce))) {
      if (first !== null) found.set(copy, first)
    }
  }
  return found
}

const idsAtOnce = 1000

/** The rule `blockedBy` of core/ordering in SQL: of each family only its first is looked up, however many wait behind it. */
async function firstAhead(
  { knex }: Database,
  ids: readonly number[],
): Promise<Array<{ readonly copy: number; readonly first: number | null }>> {
  const first = knex('zenodo_copies as p')
    .whereRaw('p.dataset_id = c.dataset_id and p.family = c.family and p.open_position < c.position')
    .orderBy('p.open_position')
    .limit(1)
    .select('p.id')
    .as('first')
  return await knex('zenodo_copies as c')
    .whereIn('c.id', [...ids])
    .select('c.id as copy', first)
}
