/** By which index does a piece of work find its rows, and how many does it read? From the plans of the statements it really sends. */
import type { Database } from '../../src/db/connection.ts'
import type { TestDatabaseKind } from './make-database.ts'

/** What a statement does with one table. */
interface PlanStep {
  /** Its alias in the statement, or its name. */
  readonly table: string
  /** `PRIMARY` for the key itself; null: the whole table is read. */
  readonly index: string | null
  /** Read while it ran; null where the database does not tell. */
  readonly rows: number | null
}

export interface Plan {
  readonly sql: string
  readonly steps: readonly PlanStep[]
  /** Whether rows are sorted: then all that match are read before the first is known. */
  readonly sorts: boolean
}

/** Of every SELECT that `work` sends. They are sent once more: `work` must leave behind what it found. */
export async function plansOf(db: Database, kind: TestDatabaseKind, work: () => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = []
  for (const query of (await sentBy(db, work)).filter(({ sql }) => /^\s*select/i.test(sql))) {
    plans.push(kind === 'sqlite' ? await planOfSqlite(db, query) : await planOfMariadb(db, query))
  }
  return plans
}

export interface Sent {
  readonly sql: string
  readonly bindings: readonly unknown[]
}

/** Each statement that `work` sends, also those that go together. */
export async function sentBy(db: Database, work: () => Promise<unknown>): Promise<Sent[]> {
  const sent: Sent[] = []
  const listen = ({ sql, bindings = [] }: Sent) => {
    const left = [...bindings]
    for (const one of sql.split(';\n')) sent.push({ sql: one, bindings: left.splice(0, one.split('?').length - 1) })
  }
  const instances = [...new Set([db.knex, db.rounds])]
  for (const instance of instances) instance.on('query', listen)
  await work()
  for (const instance of instances) instance.removeListener('query', listen)
  return sent
}

async function planOfSqlite({ knex }: Database, { sql, bindings }: Sent): Promise<Plan> {
  const rows: Array<{ detail: string }> = await knex.raw(`EXPLAIN QUERY PLAN ${sql}`, [...bindings] as never[])
  const steps = rows.flatMap(({ detail }) => {
    const found = /^(?:SEARCH|SCAN) (\w+)(?: USING (?:COVERING )?INDEX (\w+)| USING (INTEGER PRIMARY KEY))?/.exec(
      detail,
    )
    if (found === null || found[1] === 'CONSTANT') return []
    return [{ table: found[1] ?? '', index: found[2] ?? (found[3] === undefined ? null : 'PRIMARY'), rows: null }]
  })
  return { sql, steps, sorts: rows.some(({ detail }) => /TEMP B-TREE/.test(detail)) }
}

/** MariaDB runs the statement and says what it read on the way. */
async function planOfMariadb({ knex }: Database, { sql, bindings }: Sent): Promise<Plan> {
  const [[row]] = await knex.raw(`ANALYZE FORMAT=JSON ${sql}`, [...bindings] as never[])
  const steps: PlanStep[] = []
  let sorts = false
  const visit = (part: unknown, name: string) => {
    if (typeof part !== 'object' || part === null) return
    if (name === 'filesort') sorts = true
    if (name === 'table') steps.push(stepOf(part as AnalyzedTable))
    for (const [key, value] of Object.entries(part)) visit(value, Array.isArray(part) ? name : key)
  }
  // MariaDB does not escape quotes within conditions
  const text = String(Object.values(row)[0]).replace(/("\w*condition": )".*"(,?)$/gm, '$1""$2')
  visit(JSON.parse(text), '')
  return { sql, steps, sorts }
}

interface AnalyzedTable {
  readonly table_name?: string
  readonly key?: string
  readonly r_loops?: number
  readonly r_rows?: number
}

function stepOf({ table_name: table = '', key = '', r_loops: loops = 0, r_rows: rows = 0 }: AnalyzedTable): PlanStep {
  return { table, index: key === '' ? null : key, rows: Math.round(loops * rows) }
}
