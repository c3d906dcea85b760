/** How soon does a worker begin what is enqueued, do short copies get past long ones, and what does order cost? */
import { newRows, queueTable } from '../parts/queue-rows.ts'
import type { Race } from '../race.ts'
import type { Column } from '../report.ts'

const columns: readonly Column[] = [
  { key: 'startP50', head: 'begins after ms, p50', digits: 1 },
  { key: 'startP99', head: 'p99', digits: 1 },
  { key: 'otherP50', head: 'enqueued elsewhere, p50', digits: 0 },
  { key: 'otherP99', head: 'p99', digits: 0 },
  { key: 'aloneP99', head: '190 short ones wait ms, p99', digits: 0 },
  { key: 'mixedP99', head: 'beside 10 long ones', digits: 0 },
  { key: 'ordered', head: 'copies/s in order', digits: 0 },
]

export const queueWorker: Race = {
  name: 'queue-worker',
  open: async (bench) => {
    const { starts, orderedCopies } = bench.sizes
    const job = { race: 'queue-worker', single: starts, many: orderedCopies, seconds: 5 } as const
    const title = 'The queue with its worker: 3 slots; order among 200 datasets, 16 slots'
    return { ...queueTable, title, columns, rows: await newRows(bench, job) }
  },
}
