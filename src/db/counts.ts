/**
 * How many copies are there of each kind, without counting a million finished ones each time? Hardly anything leaves the state
 * `finished` (a repair, which says so), so those finished by some time are counted once; what came later, and what is not finished, stands in an index.
 */
import type { Knex } from 'knex'
import { type Family, families } from '../core/copy.ts'
import { transitions } from '../core/copy-state.ts'
import type { Reading } from '../replication/ports/desk.ts'
import type { Database } from './connection.ts'
import { insertRows } from './insert-rows.ts'
import { inTransaction, later, type Transaction } from './transaction.ts'

/**
 * What is finished for so long is counted for good. A transaction that stamps `finished_at` lasts seconds (see the session
 * settings of the connection), so none can still bring an earlier one.
 */
const settledMs = 3_600_000
const never = '1970-01-01 00:00:00.000000'

interface Counted {
  readonly family: Family
  readonly until: string
  readonly count: number
}

/** One statement, so that a copy on its way from one state to another is counted once. */
export async function counts({ knex }: Database): Promise<Counts> {
  const open = knex('zenodo_copies')
    .whereIn(
      'state',
      Object.keys(transitions).filter((state) => state !== 'finished'),
    )
    .groupBy('family', 'state')
    .select('family', 'state', knex.raw('count(*) as count'))
    .as('open')
  const finished = (await counted(knex)).flatMap(({ family, until, count }) => {
    const ofFamily = knex('zenodo_copies').where({ state: 'finished', family })
    const plus = (known: number) => knex.raw("? as family, 'finished' as state, count(*) + ? as count", [family, known])
    // one without a time was written by hand; with "or", SQLite would read the whole index
    return [
      ofFamily.clone().where('finished_at', '>', until).select(plus(count)),
      ofFamily.whereNull('finished_at').select(plus(0)),
    ]
  })
  const rows: Counts = await knex.select('family', 'state', 'count').from(open).unionAll(finished)
  return added(rows)
}

type Counts = Awaited<ReturnType<Reading['counts']>>

/** Each kind once, in order, and none without copies. */
function added(rows: Counts): Counts {
  const kinds = [...Map.groupBy(rows, ({ family, state }) => `${family} ${state}`)].sort(([a], [b]) => (a < b ? -1 : 1))
  return kinds.flatMap(([, [first, ...more]]) => {
    if (first === undefined) return []
    const count = more.reduce((sum, row) => sum + row.count, first.count)
    return count === 0 ? [] : [{ ...first, count }]
  })
}

/** Of every family, also of those that nothing was counted of yet. */
async function counted(knex: Knex): Promise<Counted[]> {
  const rows: Counted[] = await knex('finished_counts').select('family', 'until', 'count')
  return families.map((family) => rows.find((row) => row.family === family) ?? { family, until: never, count: 0 })
}

/** Finished later than `after`, and not later than `until`. */
async function countBetween(knex: Knex, family: Family, [after, until]: readonly [string, string]): Promise<number> {
  const query = knex('zenodo_copies').where({ state: 'finished', family })
  const [row] = await query.where('finished_at', '>', after).where('finished_at', '<=', until).count({ count: '*' })
  return Number(row?.count)
}

/** Counts for good what has been finished for a while: the next count begins there. Harmless to repeat, and to leave out. */
export async function countFinished(db: Database): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const until = await settled(transaction)
    for (const { family, until: before, count } of await lockCounted(transaction)) {
      if (before >= until) continue
      const more = await countBetween(transaction.trx, family, [before, until])
      await transaction
        .trx('finished_counts')
        .where({ family })
        .update({ until, count: count + more })
    }
  })
}

async function settled(transaction: Transaction): Promise<string> {
  const { trx } = transaction
  const [row]: Array<{ until: string }> = await trx.select(
    trx.raw('? as ??', [later(transaction, -settledMs), 'until']),
  )
  if (row === undefined) throw new Error('the database does not tell the time')
  return row.until
}

/** Locked, so that of two who count at once one goes on from where the other ended. */
async function lockCounted({ trx, db }: Transaction): Promise<Counted[]> {
  const rows = families.map((family) => ({ family, until: never, count: 0 }))
  await insertRows(trx, 'finished_counts', rows, db.dialect.orKeep('family'))
  return await trx('finished_counts').orderBy('family').forUpdate().select('family', 'until', 'count')
}

/** Families in which the number kept is not that of the copies: none, unless somebody wrote into the tables, or set a clock back. */
export async function wrongCounts(knex: Knex): Promise<Family[]> {
  const wrong: Family[] = []
  for (const { family, until, count } of await counted(knex)) {
    if ((await countBetween(knex, family, [never, until])) !== count) wrong.push(family)
  }
  return wrong
}

/** Counts wrong ones anew. @returns of how many families */
export async function repairCounts(db: Database): Promise<number> {
  const wrong = await wrongCounts(db.knex)
  if (wrong.length === 0) return 0
  await db.knex('finished_counts').whereIn('family', wrong).del()
  await countFinished(db)
  return wrong.length
}
