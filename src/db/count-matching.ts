/** How many copies does a filter find, in which state? */
import type { CopyState } from '../core/copy.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { whereMatches } from './copy-filter.ts'

export async function countMatching(
  { knex }: Database,
  filter: CopyFilter,
): Promise<Array<{ readonly state: CopyState; readonly count: number }>> {
  const query = knex('zenodo_copies as c').join('datasets as d', 'd.id', 'c.dataset_id')
  return await whereMatches(query, filter).groupBy('c.state').select('c.state as state', knex.raw('count(*) as count'))
}
