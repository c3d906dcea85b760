/** What is new in the log of events, for those who listen? By ids, which are given out before they can be seen. */
import { type Gap, isUntold, type LogPosition, withTold } from '../core/log-position.ts'
import type { CopyProgress, EventFeed, FeedEvent, ResumeLimits } from '../replication/ports/event-feed.ts'
import type { Database } from './connection.ts'
import { type CopyRow, type EventRow, selectCopies, toCopy, toEvent } from './rows.ts'

/** So many ids are looked at for gaps by one who begins: more within the time are not waited for. */
const mostIds = 20_000
/** As many as fit into a statement. */
const idsAtOnce = 1000

export function createEventFeed(db: Database): EventFeed {
  return {
    end: (withinMs, nowMs) => end(db, withinMs, nowMs),
    after: (id, limit) => after(db, id, limit),
    within: (gaps) => within(db, gaps),
    since: (position, limits) => since(db, position, limits),
    running: () => running(db),
  }
}

async function end({ knex, dialect }: Database, withinMs: number, nowMs: number): Promise<LogPosition> {
  const newest = knex('zenodo_copy_events').orderBy('id', 'desc').limit(mostIds).select('id', 'at').as('e')
  const recent: number[] = await knex
    .from(newest)
    .whereRaw(`e.at >= ${dialect.later(-withinMs)}`)
    .orderBy('e.id')
    .pluck('e.id')
  const older = knex('zenodo_copy_events').orderBy('id', 'desc').limit(1)
  const [head = 0]: number[] = await (recent[0] === undefined ? older : older.where('id', '<', recent[0])).pluck('id')
  return withTold({ head, gaps: [] }, recent, nowMs)
}

interface FeedRow extends EventRow {
  readonly doi: string
  readonly copy_type: FeedEvent['type']
}

function selectEvents({ knex }: Database) {
  return knex('zenodo_copy_events as e')
    .join('zenodo_copies as c', 'c.id', 'e.copy_id')
    .join('datasets as d', 'd.id', 'c.dataset_id')
    .orderBy('e.id')
    .select<FeedRow[]>('e.*', 'd.doi', 'c.copy_type')
}

function toFeedEvent(row: FeedRow): FeedEvent {
  return { ...toEvent(row), dataset: row.doi, type: row.copy_type }
}

async function after(db: Database, id: number, limit: number): Promise<FeedEvent[]> {
  const rows = await selectEvents(db).where('e.id', '>', id).limit(limit)
  return rows.map(toFeedEvent)
}

/** One range for all of them: a cluster leaves a gap at every id. */
async function within(db: Database, gaps: readonly Gap[]): Promise<FeedEvent[]> {
  const [first, last] = [gaps[0], gaps.at(-1)]
  if (first === undefined || last === undefined) return []
  const query = db.knex('zenodo_copy_events').whereBetween('id', [first.from, last.to]).orderBy('id')
  const ids: number[] = await query.pluck('id')
  const late = ids.filter((id) => isUntold({ head: last.to, gaps }, id))
  const found: FeedRow[] = []
  for (let start = 0; start < late.length; start += idsAtOnce)
    found.push(...(await selectEvents(db).whereIn('e.id', late.slice(start, start + idsAtOnce))))
  return found.map(toFeedEvent)
}

async function since(db: Database, position: LogPosition, limits: ResumeLimits): Promise<FeedEvent[] | null> {
  if (!(await isKnown(db, position.head, limits.ageMs))) return null
  const late = await within(db, position.gaps)
  const fresh = await after(db, position.head, limits.events + 1)
  return fresh.length > limits.events ? null : [...late, ...fresh]
}

/** Whether nothing behind this id can have left the log, and the log is the one it is of. */
async function isKnown({ knex, dialect }: Database, id: number, ageMs: number): Promise<boolean> {
  const query = knex('zenodo_copy_events as e').where('e.id', '>=', id).orderBy('e.id').limit(2)
  const rows: Array<{ id: number; age: number }> = await query.select(
    'e.id',
    knex.raw(`${dialect.msSince('e.at')} as age`),
  )
  const [first, next] = rows
  if (first === undefined) return id === 0
  return (first.id === id || id === 0) && (next === undefined || first.age < ageMs)
}

async function running({ knex }: Database): Promise<CopyProgress[]> {
  const rows: CopyRow[] = await selectCopies(knex).where('c.state', 'replicating').orderBy('c.id')
  return rows.map(toCopy).map(({ id, dataset, type, step, bytesDone, bytesTotal, filesDone, filesTotal }) => {
    return { copyId: id, dataset: dataset.doi, type, step, bytesDone, bytesTotal, filesDone, filesTotal }
  })
}
