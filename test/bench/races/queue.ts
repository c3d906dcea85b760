/** What does the table cost as a queue, into it and out of it, beside what one would take instead? */
import type { Goal } from '../goals.ts'
import { newRows, queueTable } from '../parts/queue-rows.ts'
import type { Race } from '../race.ts'
import type { Column } from '../report.ts'
import { names } from './names.ts'

const columns: readonly Column[] = [
  { key: 'enqueueSingle', head: 'enqueue/s, one by one', digits: 0 },
  { key: 'enqueueBulk', head: 'enqueue/s, by 500', digits: 0, ratioHead: 'enqueue × Delayed Job' },
  { key: 'drainSingle', head: 'no-op/s, one by one', digits: 0, ratioHead: 'no-op × Delayed Job' },
  { key: 'drainBatch', head: 'no-op/s, by 100', digits: 0 },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

const longestSeconds = 1.5
const ours = { row: names.queueMariadb, beside: names.delayedJob, bound: 'at least' } as const
const pgBoss = { ...ours, beside: names.pgBoss }

const goals: readonly Goal[] = [
  { ...ours, name: 'no-ops one by one × Delayed Job', column: 'drainSingle', value: 2 },
  {
    ...ours,
    name: 'no-ops by 100 × Delayed Job one by one',
    column: 'drainBatch',
    otherColumn: 'drainSingle',
    value: 15,
  },
  { ...pgBoss, name: 'no-ops by 100 × pg-boss by 100', column: 'drainBatch', value: 1 },
  { ...ours, name: 'enqueue by 500 × insert_all of Delayed Job', column: 'enqueueBulk', value: 3 },
]

export const queue: Race = {
  name: 'queue',
  open: async (bench) => {
    const { single, many } = bench.sizes
    const job = { race: 'queue', single, many, seconds: longestSeconds } as const
    const rows = await newRows(bench, job, names.delayedJob)
    return { ...queueTable, title: 'The queue: jobs that do nothing', columns, rows, goals }
  },
}
