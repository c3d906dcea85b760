/** How much came in, was done, and waits? Sums from indexes that hold all that is summed, over the time asked for and what is open. */
import type { Pace } from '../core/backlog.ts'
import { families } from '../core/copy.ts'
import { stateNames, unfinishedStates } from '../core/copy-state.ts'
import {
  type FlowRequest,
  type FlowSums,
  type OpenSum,
  type SpanSum,
  sizeBounds,
  waitBounds,
} from '../replication/ports/flow.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'

const spanLength = { hour: 13, day: 10 } as const
const spanMs = { hour: 3_600_000, day: 86_400_000 } as const
const paceHours = 24
const sums = 'COUNT(*) AS copies, SUM(bytes_total) AS bytes, SUM(files_total) AS files'

interface SumRow {
  readonly copies: number
  readonly bytes: number | string | null
  readonly files: number | string | null
}

export async function flow(db: Database, { unit, spans }: FlowRequest): Promise<FlowSums> {
  const now = await readClock(db)
  const start = startOf(now, unit, spans)
  const grouped = (column: string, index: string, where: string) =>
    bySpan(db, { column, index, where, start, length: spanLength[unit] })
  const [enqueued, finished, cancelled, open, pace] = await Promise.all([
    grouped('created_at', 'zenodo_copies_backlog', `state IN (${quoted(stateNames)})`),
    grouped('finished_at', 'zenodo_copies_counts', finishedRows),
    grouped('state_changed_at', 'zenodo_copies_by_state', "state = 'cancelled'"),
    openSums(db),
    paceOf(db),
  ])
  return { now: isoTime(now), enqueued, finished, cancelled, open, pace }
}

/** All families, so that the index is read behind each of them. */
const finishedRows = `state = 'finished' AND family IN (${quoted(families)})`

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ')
}

async function readClock({ knex, dialect }: Database): Promise<string> {
  const [row] = dialect.rows(await knex.raw(`SELECT ${dialect.now} AS at`)) as Array<{ readonly at: string }>
  if (row === undefined) throw new Error('the database does not tell the time')
  return row.at
}

/** Of the first span, as it is stored. */
function startOf(now: string, unit: FlowRequest['unit'], spans: number): string {
  const current = Math.floor(Date.parse(isoTime(now)) / spanMs[unit]) * spanMs[unit]
  return new Date(current - (spans - 1) * spanMs[unit]).toISOString().slice(0, 19).replace('T', ' ')
}

interface SpanQuery {
  readonly column: string
  readonly index: string
  readonly where: string
  readonly start: string
  readonly length: number
}

async function bySpan(
  { knex, dialect }: Database,
  { column, index, where, start, length }: SpanQuery,
): Promise<SpanSum[]> {
  const sql = `SELECT substr(${column}, 1, ${length}) AS span, ${sums} FROM ${dialect.byIndex('zenodo_copies', 'c', index)}
    WHERE ${where} AND ${column} >= ? GROUP BY span ORDER BY span`
  const rows = dialect.rows(await knex.raw(sql, [start])) as Array<SumRow & { readonly span: string }>
  return rows.map(({ span, ...row }) => ({ span: span.replace(' ', 'T'), ...toWork(row) }))
}

function toWork({ copies, bytes, files }: SumRow) {
  return { copies: Number(copies), bytes: Number(bytes ?? 0), files: Number(files ?? 0) }
}

async function openSums({ knex, dialect }: Database): Promise<OpenSum[]> {
  const size = sizeBounds.map((bound, place) => `WHEN bytes_total < ${bound} THEN ${place}`).join(' ')
  const wait = waitBounds
    .map((hours, place) => `WHEN created_at >= ${dialect.later(-hours * spanMs.hour)} THEN ${place}`)
    .join(' ')
  const sql = `SELECT state, CASE ${size} ELSE ${sizeBounds.length} END AS size, CASE ${wait} ELSE ${waitBounds.length} END AS wait, ${sums}
    FROM ${dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_backlog')} WHERE state IN (${quoted(unfinishedStates)}) GROUP BY state, size, wait`
  const rows = dialect.rows(await knex.raw(sql)) as Array<SumRow & Pick<OpenSum, 'state' | 'size' | 'wait'>>
  return rows.map(({ state, size: itsSize, wait: itsWait, ...row }) => ({
    state,
    size: itsSize,
    wait: itsWait,
    ...toWork(row),
  }))
}

async function paceOf({ knex, dialect }: Database): Promise<Pace> {
  const sql = `SELECT ${sums}, ${dialect.msSince('MIN(finished_at)')} AS since FROM ${dialect.byIndex('zenodo_copies', 'c', 'zenodo_copies_counts')}
    WHERE ${finishedRows} AND finished_at >= ${dialect.later(-paceHours * spanMs.hour)}`
  const [row] = dialect.rows(await knex.raw(sql)) as Array<SumRow & { readonly since: number | null }>
  const hours = Math.min(paceHours, Math.max(1, Number(row?.since ?? 0) / spanMs.hour))
  return { ...toWork(row ?? { copies: 0, bytes: 0, files: 0 }), hours }
}
