/** Which copies is a job about? Found a bounded number at a time, in the order of their ids. */
import type { Knex } from 'knex'
import type { JobKind } from '../core/jobs.ts'
import type { JobParameters } from '../replication/ports/jobs.ts'
import { type Restrict, restrictionOf } from './copy-filter.ts'
import type { Dialect } from './dialect.ts'

export interface Concerned {
  readonly id: number
  readonly doi: string
}

type Place = { readonly knex: Knex; readonly dialect: Dialect }

/** How many there are now. */
export async function countConcerned(place: Place, kind: JobKind, parameters: JobParameters): Promise<number> {
  const restrict = await restrictionOf(place, parameters.filter ?? {})
  const [row] = await concerned(place.knex, kind, restrict).count({ count: '*' })
  return Number(row?.count ?? 0)
}

/** The next of them. */
export async function concernedAfter(
  place: Place,
  job: { readonly kind: JobKind; readonly parameters: JobParameters },
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Concerned[]> {
  const restrict = await restrictionOf(place, job.parameters.filter ?? {})
  const query = concerned(place.knex, job.kind, restrict).where('c.id', '>', after)
  return await query.orderBy('c.id').limit(limit).select('c.id', 'd.doi')
}

function concerned(knex: Knex, kind: JobKind, restrict: Restrict): Knex.QueryBuilder {
  const query = knex('zenodo_copies as c').join('datasets as d', 'd.id', 'c.dataset_id')
  restrict(query).whereNotNull('c.deposition_id')
  if (kind !== 'takedown') query.where('c.state', 'finished')
  // of the copies that point at one deposition, the last one says what is to be there; of a family, the last deposition is the one of today
  const later = knex('zenodo_copies as p')
    .select(knex.raw('1'))
    .whereRaw('p.dataset_id = c.dataset_id and p.family = c.family and p.position > c.position')
  if (kind === 'refresh_metadata') later.whereNotNull('p.deposition_id')
  else later.whereRaw('p.deposition_id = c.deposition_id')
  if (kind !== 'takedown') later.where('p.state', 'finished')
  return query.whereNotExists(later)
}
