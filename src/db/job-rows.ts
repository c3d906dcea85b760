/** Which column of `jobs` and `job_items` holds which fact? */
import type { Knex } from 'knex'
import { type ItemState, type JobKind, type JobState, msLeft } from '../core/jobs.ts'
import type { ItemToDo, Job, JobItem, JobParameters } from '../replication/ports/jobs.ts'
import type { Database } from './connection.ts'
import { isoTime } from './dialect.ts'

interface JobRow {
  readonly id: number
  readonly kind: JobKind
  readonly parameters: string
  readonly state: JobState
  readonly planned_to: number | null
  readonly items_total: number
  readonly items_done: number
  readonly items_failed: number
  readonly items_passed: number
  readonly bytes_done: number
  readonly measured_items: number
  readonly measured_ms: number | null
  readonly started_by: string
  readonly reason: string | null
  readonly error_message: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly finished_at: string | null
}

export async function selectJobs(
  { knex, dialect }: Database,
  narrow: (query: Knex.QueryBuilder) => Knex.QueryBuilder,
): Promise<Job[]> {
  const measured = knex.raw(`${dialect.msSince('measured_from')} as measured_ms`)
  const rows: JobRow[] = await narrow(knex('jobs')).select('jobs.*', measured)
  return rows.map(toJob)
}

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    parameters: JSON.parse(row.parameters) as JobParameters,
    state: row.state,
    total: row.items_total,
    planned: row.planned_to === null,
    done: row.items_done,
    failed: row.items_failed,
    passed: row.items_passed,
    bytesDone: row.bytes_done,
    startedBy: row.started_by,
    reason: row.reason,
    error: row.error_message,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
    finishedAt: row.finished_at === null ? null : isoTime(row.finished_at),
    estimatedEndAt: estimate(row),
  }
}

function estimate(row: JobRow): string | null {
  if (row.state !== 'running' || row.planned_to !== null || row.measured_ms === null) return null
  const ended = row.items_done + row.items_failed + row.items_passed
  const left = msLeft(row.items_total - ended, { items: ended - row.measured_items, elapsedMs: row.measured_ms })
  return left === null ? null : new Date(Date.now() + left).toISOString()
}

/** A row of `job_items`. */
export interface ItemRow {
  readonly id: number
  readonly job_id: number
  readonly state: ItemState
  readonly failures: number
  readonly copy_id: number | null
  readonly dataset: string | null
  readonly payload: string | null
  readonly finding: string | null
  readonly message: string | null
  readonly data: string | null
  readonly updated_at: string
}

export function toItem(row: Omit<ItemRow, 'payload'>): JobItem {
  const { id, state, dataset, copy_id: copyId, finding, message } = row
  return { id, state, dataset, copyId, finding, message, data: dataOf(row), updatedAt: isoTime(row.updated_at) }
}

export function toItemToDo(row: ItemRow): ItemToDo {
  const { id, job_id: jobId, failures, copy_id: copyId, payload } = row
  return { id, jobId, failures, copyId, payload, data: dataOf(row) }
}

function dataOf({ data }: Pick<ItemRow, 'data'>): Readonly<Record<string, unknown>> {
  return data === null ? {} : (JSON.parse(data) as Record<string, unknown>)
}
