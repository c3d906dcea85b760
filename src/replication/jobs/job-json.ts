/** How do a job and its report look in JSON? */
import type { Job } from '../ports/jobs.ts'

/** The one shape of every answer about jobs. */
export function jobJson(job: Job) {
  return { ...job, parameters: { ...job.parameters } }
}
