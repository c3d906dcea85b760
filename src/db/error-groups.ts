/** What goes wrong, and how often? Counted in an index of what is wrong now, so finished copies cost it nothing. */
import { normaliseError } from '../core/error-signature.ts'
import { hintFor } from '../core/failure.ts'
import type { ErrorGroup, ErrorGroups } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'

/** Nobody reads more kinds at once, and each costs a look at a copy. */
const mostGroups = 200

interface GroupRow {
  readonly error_group: string
  readonly state: 'error' | 'enqueued'
  readonly count: number
  readonly first: string
  readonly last: string
  readonly example: number
}

type Counted = Omit<ErrorGroup, 'code' | 'message' | 'hint'>

export async function errorGroups(db: Database): Promise<ErrorGroups> {
  const { knex, dialect } = db
  const copies = dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_error_groups')
  const sql = `SELECT error_group, state, COUNT(*) AS count, MIN(state_changed_at) AS first, MAX(state_changed_at) AS last,
      MAX(id) AS example FROM ${copies} WHERE error_group > '' AND state IN ('error', 'enqueued') GROUP BY error_group, state`
  const rows = dialect.rows(await knex.raw(sql)) as GroupRow[]
  const groups = [...Map.groupBy(rows, (row) => row.error_group).values()].map(counted)
  groups.sort((a, b) => b.copies - a.copies || b.retrying - a.retrying || (a.group < b.group ? -1 : 1))
  const told = await described(db, groups.slice(0, mostGroups))
  return { groups: told, more: Math.max(0, groups.length - mostGroups) }
}

function counted(rows: readonly GroupRow[]): Counted {
  const countOf = (state: GroupRow['state']) => rows.find((row) => row.state === state)?.count ?? 0
  const firsts = rows.map(({ first }) => first).sort()
  const lasts = rows.map(({ last }) => last).sort()
  return {
    group: rows[0]?.error_group ?? '',
    copies: countOf('error'),
    retrying: countOf('enqueued'),
    firstSeen: isoTime(firsts[0] ?? ''),
    lastSeen: isoTime(lasts.at(-1) ?? ''),
    example: Math.max(...rows.map(({ example }) => example)),
  }
}

/** In the words of one of its copies; one that has just been put right leaves its group without. */
async function described({ knex }: Database, groups: readonly Counted[]): Promise<ErrorGroup[]> {
  const rows: Array<{ id: number; error_code: string | null; error_message: string | null }> = await knex(
    'zenodo_copies',
  )
    .whereIn(
      'id',
      groups.map(({ example }) => example),
    )
    .select('id', 'error_code', 'error_message')
  const byId = new Map(rows.map((row) => [row.id, row]))
  return groups.flatMap((group) => {
    const { error_code: code = null, error_message: message = null } = byId.get(group.example) ?? {}
    if (code === null) return []
    return [{ ...group, code, message: normaliseError(message ?? ''), hint: hintFor(code) }]
  })
}
