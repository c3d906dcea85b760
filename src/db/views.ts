/** What is derived when copies are read? Which earlier copy holds each of them back. */
import type { CopyState } from '../core/copy.ts'
import { unfinishedStates } from '../core/copy-state.ts'
import { blockedBy } from '../core/ordering.ts'
import type { CopyView } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { type CopyRow, toCopy } from './rows.ts'

interface Ahead {
  readonly copy: number
  readonly id: number
  readonly position: number
  readonly state: CopyState
}

/** Rows as people see them; one query for all of them. */
export async function toViews(db: Database, rows: readonly CopyRow[]): Promise<CopyView[]> {
  const waiting = rows.filter((row) => row.state === 'enqueued').map((row) => row.id)
  const ahead = waiting.length === 0 ? [] : await aheadOf(db, waiting)
  const byCopy = Map.groupBy(ahead, (one) => one.copy)
  return rows.map((row) => ({ ...toCopy(row), blockedBy: blockedBy(row, byCopy.get(row.id) ?? [])?.id ?? null }))
}

async function aheadOf({ knex }: Database, ids: readonly number[]): Promise<Ahead[]> {
  return await knex('zenodo_copies as c')
    .join('zenodo_copies as p', (on) => {
      on.on('p.dataset_id', 'c.dataset_id').on('p.family', 'c.family').on('p.position', '<', 'c.position')
    })
    .whereIn('c.id', [...ids])
    .whereIn('p.state', [...unfinishedStates])
    .select('c.id as copy', 'p.id', 'p.position', 'p.state')
}
