/** Jobs in PostgreSQL from Node.js: pg-boss, fetched and completed by its own calls. */
import type { QueueContender } from '../contender.ts'
import { loadModule, missingModule } from '../parts/peer-module.ts'
import { enqueueRates, ratePerSecond } from '../parts/queue-rates.ts'

/** As much of it as is used. */
interface PgBossModule {
  PgBoss: new (
    url: string,
  ) => {
    on(event: 'error', listener: () => void): void
    start(): Promise<unknown>
    createQueue(name: string): Promise<void>
    send(name: string, data: object): Promise<unknown>
    insert(name: string, jobs: ReadonlyArray<{ data: object }>): Promise<unknown>
    fetch(name: string, options: { batchSize: number }): Promise<ReadonlyArray<{ id: string }>>
    complete(name: string, ids: readonly string[]): Promise<unknown>
    stop(options: object): Promise<void>
  }
}

export const contender: QueueContender = {
  name: 'pg-boss, PostgreSQL',
  enters: ['queue'],
  databases: ['postgres'],
  missing: () => missingModule('pg-boss'),
  work: async (job) => {
    const { PgBoss } = await loadModule<PgBossModule>('pg-boss')
    const boss = new PgBoss(job.databaseUrl)
    boss.on('error', () => {})
    await boss.start()
    await boss.createQueue('bench')
    const several = (count: number) =>
      boss.insert(
        'bench',
        Array.from({ length: count }, () => ({ data: {} })),
      )
    const enqueued = await enqueueRates(job, { one: () => boss.send('bench', {}), several })
    const drain = (count: number, batchSize: number) =>
      ratePerSecond(count, job.seconds, async () => {
        const jobs = await boss.fetch('bench', { batchSize })
        const ids = jobs.map(({ id }) => id)
        await boss.complete('bench', ids)
        return jobs.length
      })
    const drainSingle = await drain(Math.min(job.single, job.many / 2), 1)
    const drainBatch = await drain(job.many / 2, 100)
    await boss.stop({ graceful: false })
    return { ...enqueued, drainSingle, drainBatch }
  },
}
