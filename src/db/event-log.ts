/** What do the logs of copies hold, and how do events leave them? In small parts, as the table is the largest there is. */
import type { Copy } from '../core/copy.ts'
import type { EventLog, StoredEvent, StoredStory } from '../replication/ports/event-log.ts'
import type { LeaseProof } from '../replication/ports/work-store.ts'
import type { Database } from './connection.ts'
import { fenced } from './fence.ts'
import { type CopyRow, type EventRow, selectCopies, toCopy, toEvent } from './rows.ts'

/** As many ids as fit into a statement. */
const idsAtOnce = 1000
/** More logs that grew too long wait for the next time. */
const mostLong = 1000

export function createEventLog(db: Database): EventLog {
  return {
    oldest: (after, limit) => oldest(db, after, limit),
    longest: (mostEvents, withinMs) => longest(db, mostEvents, withinMs),
    stories: (copyIds) => stories(db, copyIds),
    remove: (proof, events) => remove(db, proof, events),
  }
}

function ageOf({ knex, dialect }: Database) {
  return knex.raw(`${dialect.msSince('e.at')} as age`)
}

async function oldest(db: Database, after: number, limit: number) {
  const query = db.knex('zenodo_copy_events as e').where('e.id', '>', after).orderBy('e.id').limit(limit)
  const rows: Array<{ id: number; copy_id: number; age: number }> = await query.select('e.id', 'e.copy_id', ageOf(db))
  return rows.map(({ id, copy_id: copyId, age: ageMs }) => ({ id, copyId, ageMs }))
}

/** With hints: asked to group, SQLite reads the whole log. */
async function longest({ knex, dialect }: Database, mostEvents: number, withinMs: number): Promise<number[]> {
  const events = dialect.byIndex('zenodo_copy_events', 'e', 'zenodo_copy_events_story')
  const sql = `SELECT c.id FROM ${dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_updated')}
    WHERE c.updated_at >= ${dialect.later(-withinMs)} AND (SELECT COUNT(*) FROM ${events} WHERE e.copy_id = c.id) > ? LIMIT ${mostLong}`
  const rows = dialect.rows(await knex.raw(sql, [mostEvents])) as Array<{ readonly id: number }>
  return rows.map(({ id }) => id)
}

interface AgedRow extends EventRow {
  readonly term: number | null
  readonly age: number
}

async function stories(db: Database, copyIds: readonly number[]): Promise<StoredStory[]> {
  const copies: CopyRow[] = await selectCopies(db.knex).whereIn('c.id', [...copyIds])
  const query = db.knex('zenodo_copy_events as e').whereIn('e.copy_id', [...copyIds])
  const rows: AgedRow[] = await query.orderBy(['e.copy_id', 'e.id']).select('e.*', ageOf(db))
  const byCopy = Map.groupBy(rows, (row) => row.copy_id)
  return copies.map(toCopy).map((copy: Copy) => ({ copy, events: (byCopy.get(copy.id) ?? []).map(toStored) }))
}

function toStored(row: AgedRow): StoredEvent {
  return { ...toEvent(row), term: row.term, ageMs: row.age }
}

async function remove(
  db: Database,
  proof: LeaseProof,
  events: ReadonlyArray<Pick<StoredEvent, 'id' | 'copyId'>>,
): Promise<void> {
  for (let start = 0; start < events.length; start += idsAtOnce) {
    const ids = events.slice(start, start + idsAtOnce).map(({ id }) => id)
    await fenced(db, proof, async ({ trx }) => {
      // what an earlier leader deleted is counted by it
      const left: number[] = await trx('zenodo_copy_events').whereIn('id', ids).pluck('copy_id')
      for (const [copyId, { length }] of Map.groupBy(left, (copyId) => copyId))
        await trx('zenodo_copies').where('id', copyId).increment('events_archived', length)
      await trx('zenodo_copy_events').whereIn('id', ids).del()
    })
  }
}
