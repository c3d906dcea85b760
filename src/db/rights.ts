/** May the user of the database do more than the service needs? docs/operating.md says who needs what. */
import type { Database } from './connection.ts'

/** All that the service needs of its own database. `migrate` needs more, and may run as another user. */
export const serviceRights: readonly string[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE']

/** Rights that the service has no use for, such as `DROP`; all that hold for every database of the server stand in `everywhere`. */
export interface ExcessRights {
  readonly here: readonly string[]
  readonly everywhere: readonly string[]
  /** What the service needs and was not granted. */
  readonly missing: readonly string[]
}

/** Only what was granted to the user itself, not through a role. Null: the database knows no users (SQLite). */
export async function excessRights({ knex, dialect }: Database): Promise<ExcessRights | null> {
  if (dialect.rights === null) return null
  const rows = dialect.rows(await knex.raw(dialect.rights)) as Array<{ place: 'here' | 'everywhere'; name: string }>
  const of = (place: 'here' | 'everywhere') => rows.filter((row) => row.place === place).map((row) => row.name)
  return {
    here: of('here').filter((name) => !serviceRights.includes(name)),
    everywhere: of('everywhere').filter((name) => name !== 'USAGE'),
    missing: serviceRights.filter((name) => !rows.some((row) => row.name === name)),
  }
}
