/** How do jobs get into this product's table as a queue, and who leads it? */
import type { Store } from '../../../src/db/store.ts'
import { type EnqueueRequest, enqueueAll } from '../../../src/replication/enqueue.ts'
import type { LeaseProof } from '../../../src/replication/ports/work-store.ts'
import { smallManifest } from './manifest.ts'

/** What of a job is not as in all others. */
export interface OwnJob {
  readonly dataset: string
  /** Of the dataset: they run in this order. */
  readonly version: number
  readonly bytes: number
}

/** @returns the ids of their copies */
export async function enqueueJobs(store: Store, jobs: readonly OwnJob[]): Promise<number[]> {
  return await enqueueRequests(store, requestsFor(jobs))
}

/** The same with what `requestsFor` made. */
export async function enqueueRequests({ intake }: Store, requests: readonly EnqueueRequest[]): Promise<number[]> {
  const answers = await enqueueAll({ intake, emit: () => {} }, requests)
  return answers.flatMap(({ copies }) => copies.map(({ copy }) => copy.id))
}

const checksum = `md5:${'0'.repeat(32)}`

export function requestsFor(jobs: readonly OwnJob[]): EnqueueRequest[] {
  return jobs.map(({ dataset, version, bytes }) => {
    const file = { path: 'a.csv', size: bytes, source: 'https://files.example/a.csv', checksum }
    const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'bench' }
    return { manifest: smallManifest(dataset, [file], version), types: ['data'], ...rest }
  })
}

/** Jobs that nothing has to do with each other, each of a dataset of its own. */
export function jobsOf(series: string) {
  const run = `${process.pid}-${Date.now()}-${series}`
  let made = 0
  return (count: number, bytes = 1000): OwnJob[] =>
    Array.from({ length: count }, () => {
      made += 1
      return { dataset: `10.5072/${run}-${made}`, version: 1, bytes }
    })
}

export async function lead({ leases }: Store): Promise<LeaseProof> {
  const seen = await leases.look('zenodo')
  const term = await leases.acquire(seen, { holder: 'bench', host: 'bench', ttlMs: 600_000 })
  if (term === null) throw new Error('somebody else has the lease')
  return { name: 'zenodo', holder: 'bench', term }
}

/** Of values in rising order. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function rising(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b)
}
