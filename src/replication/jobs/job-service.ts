/** What can people do with jobs, whichever door they come through? */
import type { Actor } from '../ports/desk.ts'
import type { Job, JobDesk } from '../ports/jobs.ts'
import { startWithLines } from './job-lines.ts'
import { type Started, type StartRequest, startJob } from './start-job.ts'

export interface JobService extends Pick<JobDesk, 'get' | 'list' | 'items' | 'act' | 'repair'> {
  /** @throws Failure `bad_request` or `dataset_not_found` */
  start(request: StartRequest): Promise<Started>
  /** One with a document a line. @throws Failure `bad_request`; nothing is begun then */
  startWithLines(kind: 'backfill' | 'refresh_metadata', chunks: AsyncIterable<Uint8Array>, actor: Actor): Promise<Job>
}

export function createJobService(desk: JobDesk): JobService {
  const { get, list, items, act, repair } = desk
  return {
    get,
    list,
    items,
    act,
    repair,
    start: (request) => startJob(desk, request),
    startWithLines: (kind, chunks, actor) => startWithLines(desk, { kind, parameters: {}, actor }, chunks),
  }
}
