/** This product's worker at its table: how soon a copy begins, whether short ones get past long ones, and what order costs. */
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../../src/db/connection.ts'
import { createStore, type Store } from '../../../src/db/store.ts'
import { startBareWorker } from '../../support/bare-worker.ts'
import type { Numbers, QueueContender, QueueJob } from '../contender.ts'
import { enqueueJobs, jobsOf, type OwnJob, quantile, rising } from '../parts/queue-own.ts'

/** As in config/default.yaml. */
const slots = 3
const pollMs = 1000
const largeBytes = 5e9

const longMs = 250
const mixed = { short: 190, every: 19 }
const datasets = 200

const finished = { kind: 'finished', attempt: true, messages: [] } as const

export const contender: QueueContender = {
  name: 'zenodo-replicator',
  enters: ['queue-worker'],
  once: ['queue-worker'],
  databases: ['sqlite', 'mariadb'],
  work: async (job) => {
    const db = openDatabase(job.databaseUrl)
    const at = { store: createStore(db), label: job.databaseUrl }
    const own = await startTimes(at, { samples: job.single, seconds: job.seconds, rings: true })
    const other = await startTimes(at, { samples: job.single, seconds: job.seconds, rings: false })
    const numbers = {
      startP50: quantile(own, 0.5),
      startP99: quantile(own, 0.99),
      otherP50: quantile(other, 0.5),
      otherP99: quantile(other, 0.99),
      ...(await mixture(at)),
      ordered: await ordered(at, job),
    }
    await db.close()
    return numbers
  },
}

interface At {
  readonly store: Store
  readonly label: string
}

/**
 * From the commit of a copy until its run begins, in milliseconds, from the shortest. The worker has nothing else to do.
 * @param how `rings`: the worker is in the process that enqueued; else copies come from elsewhere, at random times
 */
async function startTimes(
  { store, label }: At,
  how: { readonly samples: number; readonly seconds: number; readonly rings: boolean },
): Promise<number[]> {
  const began = new Map<number, PromiseWithResolvers<number>>()
  const beginOf = (id: number) => {
    const begin = began.get(id) ?? Promise.withResolvers<number>()
    began.set(id, begin)
    return begin
  }
  const run = async ({ copy }: { readonly copy: { readonly id: number } }) => {
    beginOf(copy.id).resolve(performance.now())
    return finished
  }
  const worker = await startBareWorker({ store, label, slots, pollMs, run })
  const jobs = jobsOf(`start-${how.rings}`)
  const times: number[] = []
  const end = performance.now() + how.seconds * 1000
  while (times.length < how.samples && performance.now() < end) {
    await delay(how.rings ? 0 : Math.random() * 2 * pollMs)
    const [id = 0] = await enqueueJobs(store, jobs(1))
    const committed = performance.now()
    if (how.rings) worker.wake()
    times.push(Math.max(0, (await beginOf(id).promise) - committed))
  }
  await worker.stop()
  return rising(times)
}

/** How long short copies wait, 5 % of the copies being long and large, beside what they wait when they are alone. */
async function mixture(at: At): Promise<Numbers> {
  const jobs = jobsOf('mixed')
  const alone = await waits(at, jobs(mixed.short))
  const short = jobs(mixed.short)
  const withLong = await waits(
    at,
    short.flatMap((job, index) => (index % mixed.every === 0 ? [...jobs(1, largeBytes), job] : [job])),
  )
  return { aloneP99: quantile(alone, 0.99), mixedP99: quantile(withLong, 0.99) }
}

/** Of the short ones, in milliseconds, from when the worker begins, all copies being there already. */
async function waits({ store, label }: At, jobs: readonly OwnJob[]): Promise<number[]> {
  await enqueueJobs(store, jobs)
  const { promise: all, resolve } = Promise.withResolvers<void>()
  const times: number[] = []
  const start = performance.now()
  let left = jobs.length
  const worker = await startBareWorker({
    ...{ store, label, slots, pollMs, largeBytes },
    run: async ({ copy }) => {
      if (copy.bytesTotal >= largeBytes) await delay(longMs)
      else times.push(performance.now() - start)
      left -= 1
      if (left === 0) resolve()
      return finished
    },
  })
  await all
  await worker.stop()
  return rising(times)
}

/** Copies a second where most wait for another of their dataset. @throws Error when one comes out of its order */
async function ordered({ store, label }: At, { many }: QueueJob): Promise<number> {
  const [first] = jobsOf('ordered')(1)
  const jobs = Array.from({ length: many }, (_, index) => {
    const version = Math.floor(index / datasets) + 1
    return { dataset: `${first?.dataset}-${index % datasets}`, version, bytes: 1000 }
  })
  for (let done = 0; done < many; done += 500) await enqueueJobs(store, jobs.slice(done, done + 500))
  const last = new Map<string, number>()
  const { promise: all, resolve, reject } = Promise.withResolvers<void>()
  let left = many
  const start = performance.now()
  const worker = await startBareWorker({
    ...{ store, label, slots: 16, pollMs },
    run: async ({ copy: { dataset, version } }) => {
      if (version.number !== (last.get(dataset.doi) ?? 0) + 1)
        reject(new Error(`version ${version.number} of ${dataset.doi} ran out of its order`))
      last.set(dataset.doi, version.number)
      left -= 1
      if (left === 0) resolve()
      return finished
    },
  })
  await all
  const seconds = (performance.now() - start) / 1000
  await worker.stop()
  return many / seconds
}
