/** What does a worker without work cost, whatever its table has gone through? */
import { noPast } from '../parts/pasts.ts'
import { besidePasts, queueTable } from '../parts/queue-rows.ts'
import type { Race } from '../race.ts'
import type { Column } from '../report.ts'

const columns: readonly Column[] = [
  { key: 'statements', head: 'statements/s', digits: 1 },
  { key: 'reads', head: 'rows read a look', digits: 0 },
  { key: 'cpu', head: 'CPU ms/s', digits: 1 },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

export const queueIdle: Race = {
  name: 'queue-idle',
  open: async (bench) => {
    const pasts = [noPast, { ...noPast, finished: bench.sizes.finishedRows }]
    const made = await besidePasts(bench, { race: 'queue-idle', single: 0, many: 0, seconds: 5 }, pasts)
    const rows = made.map(({ row }) => row)
    const goals = rows
      .filter(({ name }) => name.startsWith('MariaDB'))
      .map(({ name }) => {
        const goal = { column: 'reads', beside: null, bound: 'at most', value: 1, unit: 'rows' } as const
        return { ...goal, name: `a look without work, ${name}`, row: name }
      })
    return { ...queueTable, title: 'The queue without work: looks once a second', columns, rows, goals }
  },
}
