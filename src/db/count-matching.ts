/** How many copies does a filter find, in which state? */
import type { CopyState } from '../core/copy.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { restrictionOf } from './copy-filter.ts'

export async function countMatching(
  db: Database,
  filter: CopyFilter,
): Promise<Array<{ readonly state: CopyState; readonly count: number }>> {
  const { knex } = db
  const restrict = await restrictionOf(db, filter)
  const query = knex('zenodo_copies as c').join('datasets as d', 'd.id', 'c.dataset_id')
  return await restrict(query).groupBy('c.state').select('c.state as state', knex.raw('count(*) as count'))
}
