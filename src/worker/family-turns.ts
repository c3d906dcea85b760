/**
 * Who works on a dataset and family at Zenodo: a copy, or a job? Copies go first: a job that is at it has to leave. Known to this
 * process only, as only the one that leads works at Zenodo at all.
 */
import type { Copy } from '../core/copy.ts'
import { Failure } from '../core/failure.ts'
import type { FamilyTurns } from '../replication/jobs/job-ports.ts'

type Place = Pick<Copy, 'dataset' | 'family'>

interface JobAtIt {
  readonly family: string
  readonly abort: AbortController
  readonly ended: Promise<unknown>
}

export interface Turns extends FamilyTurns {
  /** Runs a copy, once a job that is at its family has left. */
  forCopy<T>(copy: Copy, run: () => Promise<T>): Promise<T>
}

export function createFamilyTurns(): Turns {
  const copies = new Map<string, number>()
  const jobs = new Set<JobAtIt>()
  return {
    async forCopy(copy, run) {
      const family = keyOf(copy)
      copies.set(family, (copies.get(family) ?? 0) + 1)
      try {
        for (const job of jobs) if (job.family === family) await leave(job, copy)
        return await run()
      } finally {
        const left = (copies.get(family) ?? 1) - 1
        if (left === 0) copies.delete(family)
        else copies.set(family, left)
      }
    },
    async forJob(copy, signal, work) {
      const family = keyOf(copy)
      if (copies.has(family)) throw taken(family)
      const abort = new AbortController()
      const working = work(AbortSignal.any([signal, abort.signal]))
      const job = { family, abort, ended: working.catch(() => undefined) }
      jobs.add(job)
      try {
        return await working
      } finally {
        jobs.delete(job)
      }
    },
  }
}

async function leave({ family, abort, ended }: JobAtIt, copy: Copy): Promise<void> {
  abort.abort(taken(`${family}: copy ${copy.id}`))
  await ended
}

function taken(by: string): Failure {
  return new Failure('claim_lost', `A copy of this dataset and family is being worked on (${by}).`)
}

function keyOf({ dataset, family }: Place): string {
  return `${dataset.doi} ${family}`
}
