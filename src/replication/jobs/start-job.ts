/** May this job begin? What it needs to be told, and what it changes that nobody can undo, is asked before anything is stored. */
import { normaliseDoi } from '../../core/doi.ts'
import { Failure } from '../../core/failure.ts'
import { jobKinds } from '../../core/jobs.ts'
import type { Job, JobDesk, NewJob } from '../ports/jobs.ts'
import { today } from '../today.ts'

export interface StartRequest extends NewJob {
  /** Whether the person knows that records are changed or drafts deleted. */
  readonly confirmed: boolean
  /** Only tell how much there would be to do. */
  readonly dryRun: boolean
}

export interface Started {
  /** Null: nothing was started. */
  readonly job: Job | null
  /** Copies that are concerned now. */
  readonly concerned: number
}

/** @throws Failure `bad_request` or `dataset_not_found` */
export async function startJob(desk: JobDesk, request: StartRequest): Promise<Started> {
  const { kind, parameters } = request
  requireComplete(request)
  const concerned = await desk.wouldDo(kind, parameters)
  if (request.dryRun) return { job: null, concerned }
  if (changesZenodo(request) && !request.confirmed) {
    const text = `This changes up to ${concerned} depositions at Zenodo, which nobody can undo. Confirm it to begin.`
    throw new Failure('bad_request', text, { hint: 'Confirm with --yes, or with "confirmed": true over HTTP.' })
  }
  return { job: await desk.start(request), concerned }
}

/** Whether more than reading is done there. */
export function changesZenodo({ kind, parameters }: Pick<NewJob, 'kind' | 'parameters'>): boolean {
  return kind === 'refresh_metadata' || kind === 'embargo' || (kind === 'takedown' && parameters.deleteDrafts === true)
}

function requireComplete({ kind, parameters }: NewJob): void {
  const { filter = {}, until } = parameters
  if (!jobKinds.includes(kind) || kind === 'backfill') {
    throw new Failure('bad_request', 'A backfill begins with what it is to bring in, a document a line.')
  }
  const needsDataset = kind === 'embargo' || kind === 'takedown'
  if (filter.dataset !== undefined && normaliseDoi(filter.dataset) === null) {
    throw new Failure('bad_request', `"${filter.dataset}" is not a DOI.`)
  }
  if (needsDataset && filter.dataset === undefined) throw new Failure('bad_request', 'Name the dataset by its DOI.')
  if (kind !== 'embargo') return
  if (until === undefined)
    throw new Failure('bad_request', 'Say until when, as YYYY-MM-DD, or that the embargo is lifted.')
  if (until !== null && until <= today()) {
    throw new Failure('bad_request', `An embargo ends in the future; ${until} is not.`)
  }
}

/** @throws Failure `job_not_found` */
export async function jobOf(desk: Pick<JobDesk, 'get'>, id: number): Promise<Job> {
  return found(await desk.get(id), id)
}

/** @throws Failure `job_not_found` */
export function found(job: Job | null, id: number): Job {
  if (job !== null) return job
  throw new Failure('job_not_found', `There is no job ${id}.`, { details: { job: id } })
}
