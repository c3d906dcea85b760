/** How are a job and its report told on a terminal? */
import { remaining } from '../core/jobs.ts'
import type { Job, JobItem } from '../replication/ports/jobs.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

export function jobInWords(job: Job): string[] {
  const { id, kind, state, parameters, startedBy, createdAt, reason, error, estimatedEndAt } = job
  const about = JSON.stringify(parameters)
  return [
    `Job ${id} (${kind} ${about === '{}' ? 'of all' : about}) is ${state}.`,
    `Started ${createdAt} by ${startedBy}${reason === null ? '' : `: ${reason}`}`,
    progressInWords(job),
    ...(error === null ? [] : [error]),
    ...(estimatedEndAt === null ? [] : [`If it goes on like this, it ends at ${estimatedEndAt}.`]),
  ]
}

function progressInWords(job: Job): string {
  const { done, failed, passed, total, planned } = job
  const bytes = job.bytesDone === 0 ? '' : ` ${job.bytesDone} bytes brought to Zenodo.`
  const of = planned ? `${total}` : `at least ${total}, as it still looks for more`
  return `Of ${of}: ${done} done, ${failed} to be looked at by a person, ${passed} left as they were, ${remaining(job)} to go.${bytes}`
}

export function jobTable(jobs: readonly Job[], { columns }: Pick<Output, 'columns'>): string {
  if (jobs.length === 0) return 'There are no jobs.'
  const rows = jobs.map((job) => [
    String(job.id),
    job.kind,
    job.state,
    `${job.done + job.failed + job.passed}/${job.total}`,
    String(job.failed),
    job.createdAt,
    job.startedBy,
  ])
  return table(['JOB', 'KIND', 'STATE', 'PROGRESS', 'FAILED', 'STARTED', 'BY'], rows, columns)
}

export function itemTable(items: readonly JobItem[], { columns }: Pick<Output, 'columns'>): string {
  if (items.length === 0) return ''
  const rows = items.map((item) => [
    String(item.id),
    item.dataset ?? '',
    item.copyId === null ? '' : String(item.copyId),
    item.state,
    item.finding ?? '',
    item.message ?? '',
  ])
  return table(['ITEM', 'DATASET', 'COPY', 'STATE', 'FINDING', 'WHAT CAME OF IT'], rows, columns)
}
