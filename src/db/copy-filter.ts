/** What does a filter of copies mean in SQL? The same for looking and for acting. */
import type { Knex } from 'knex'
import { normaliseDoi } from '../core/doi.ts'
import type { CopyFilter } from '../replication/ports/desk.ts'
import { whereBlocked } from './readiness.ts'

/** Restricts a query over copies (`c`) and their datasets (`d`). */
export function whereMatches<T extends Knex.QueryBuilder>(query: T, filter: CopyFilter): T {
  const { ids, states, types, family, dataset, errorCode, blocked, q } = filter
  if (ids !== undefined) query.whereIn('c.id', [...ids])
  if (states !== undefined) query.whereIn('c.state', [...states])
  if (types !== undefined) query.whereIn('c.copy_type', [...types])
  if (family !== undefined) query.where('c.family', family)
  if (dataset !== undefined) query.where('d.doi', normaliseDoi(dataset) ?? dataset)
  if (errorCode !== undefined) query.where('c.error_code', errorCode)
  if (blocked !== undefined) whereBlocked(query, blocked)
  if (q !== undefined && q.trim() !== '') whereText(query, q.trim())
  return query
}

/** Whether a filter names anything at all. */
export function isEmptyFilter(filter: CopyFilter): boolean {
  return Object.values(filter).every((value) => value === undefined || value === '')
}

const textColumns = ['d.doi', 'c.doi', 'c.conceptrecid', 'c.error_code', 'c.error_message', 'c.note']

function whereText(query: Knex.QueryBuilder, text: string): void {
  const pattern = `%${text.toLowerCase().replace(/[!%_]/g, '!$&')}%`
  query.where((any) => {
    for (const column of textColumns) any.orWhereRaw("lower(??) like ? escape '!'", [column, pattern])
    any.orWhere('c.deposition_id', text)
    if (/^\d{1,15}$/.test(text)) any.orWhere('c.id', Number(text))
  })
}
