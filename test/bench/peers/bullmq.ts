/** What one takes in Node.js: BullMQ. It has no batches outside its paid version, so that "by 100" is 100 jobs at once. */
import type { QueueContender } from '../contender.ts'
import { loadModule, missingModule } from '../parts/peer-module.ts'
import { enqueueRates, rateOfCalls } from '../parts/queue-rates.ts'

/** As much of it as is used. */
interface BullMq {
  Queue: new (
    name: string,
    options: object,
  ) => {
    add(name: string, data: object): Promise<unknown>
    addBulk(jobs: ReadonlyArray<{ name: string; data: object }>): Promise<unknown>
    close(): Promise<void>
  }
  Worker: new (
    name: string,
    work: () => Promise<void>,
    options: object,
  ) => { on(event: 'error', listener: () => void): void; close(force: boolean): Promise<void> }
}

export const contender: QueueContender = {
  name: 'BullMQ, Redis (by 100: 100 at once)',
  enters: ['queue'],
  once: ['queue'],
  databases: ['redis'],
  missing: () => missingModule('bullmq'),
  work: async (job) => {
    const { Queue, Worker } = await loadModule<BullMq>('bullmq')
    const { hostname: host, port } = new URL(job.databaseUrl)
    const connection = { host, port: Number(port), maxRetriesPerRequest: null }
    const queue = new Queue('bench', { connection })
    const several = (count: number) => queue.addBulk(Array.from({ length: count }, () => ({ name: 'no-op', data: {} })))
    const enqueued = await enqueueRates(job, { one: () => queue.add('no-op', {}), several })
    const drain = (count: number, concurrency: number) =>
      rateOfCalls(count, job.seconds, async (onJob) => {
        const worker = new Worker('bench', async () => onJob(), { connection, concurrency })
        worker.on('error', () => {})
        return () => worker.close(false)
      })
    const drainSingle = await drain(Math.min(job.single, job.many / 2), 1)
    const drainBatch = await drain(job.many / 2, 100)
    await queue.close()
    return { ...enqueued, drainSingle, drainBatch }
  },
}
