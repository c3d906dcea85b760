/** Jobs in PostgreSQL from Node.js: graphile-worker; "by 100" with its local queue of 100 and its batches of completions. */
import type { QueueContender } from '../contender.ts'
import { loadModule, missingModule } from '../parts/peer-module.ts'
import { enqueueRates, rateOfCalls } from '../parts/queue-rates.ts'

/** As much of it as is used. */
interface Graphile {
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>
    addJob(task: string, payload: object): Promise<unknown>
    addJobs(jobs: ReadonlyArray<{ identifier: string; payload: object }>): Promise<unknown>
    release(): Promise<void>
  }>
  run(options: object): Promise<{ stop(): Promise<void> }>
  Logger: new (factory: () => () => void) => object
}

export const contender: QueueContender = {
  name: 'graphile-worker, PostgreSQL (by 100: local queue of 100, 24 at once)',
  enters: ['queue'],
  once: ['queue'],
  databases: ['postgres'],
  missing: () => missingModule('graphile-worker'),
  work: async (job) => {
    const { makeWorkerUtils, run, Logger } = await loadModule<Graphile>('graphile-worker')
    const common = { connectionString: job.databaseUrl, logger: new Logger(() => () => {}) }
    const utils = await makeWorkerUtils(common)
    await utils.migrate()
    const several = (count: number) =>
      utils.addJobs(Array.from({ length: count }, () => ({ identifier: 'noop', payload: {} })))
    const enqueued = await enqueueRates(job, { one: () => utils.addJob('noop', {}), several })
    const drain = (count: number, options: object) =>
      rateOfCalls(count, job.seconds, async (onJob) => {
        const runner = await run({ ...common, ...options, noHandleSignals: true, taskList: { noop: onJob } })
        return () => runner.stop()
      })
    const drainSingle = await drain(Math.min(job.single, job.many / 2), { concurrency: 1 })
    const batches = { localQueue: { size: 100 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
    const drainBatch = await drain(job.many / 2, { concurrency: 24, preset: { worker: batches } })
    await utils.release()
    return { ...enqueued, drainSingle, drainBatch }
  },
}
