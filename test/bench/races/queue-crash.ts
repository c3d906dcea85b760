/** A worker is killed with half of its copies done, and started anew at once: how soon does all go on, and is anything lost or doubled? */
import { newRows, queueTable } from '../parts/queue-rows.ts'
import type { Race } from '../race.ts'
import type { Column } from '../report.ts'

const columns: readonly Column[] = [
  { key: 'torn', head: 'running when killed', digits: 0 },
  { key: 'ready', head: 'the next leads after s', digits: 2 },
  { key: 'recovery', head: 'those finished after s', digits: 2 },
  { key: 'whole', head: 'all finished after s', digits: 2 },
  { key: 'lost', head: 'records lost', digits: 0 },
  { key: 'doubled', head: 'records doubled', digits: 0 },
  { key: 'again', head: 'calls repeated', digits: 0 },
]

export const queueCrash: Race = {
  name: 'queue-crash',
  open: async (bench) => {
    const { crashCopies } = bench.sizes
    const rows = await newRows(bench, { race: 'queue-crash', single: 0, many: crashCopies, seconds: 0 })
    const none = { beside: null, bound: 'at most', value: 0 } as const
    const goals = rows.flatMap(({ name }) => [
      { ...none, name: `lost by kill -9, ${name}`, row: name, column: 'lost' },
      { ...none, name: `doubled by kill -9, ${name}`, row: name, column: 'doubled' },
    ])
    const title = `The worker killed (kill -9) with half of ${crashCopies} copies at the emulated Zenodo, 3 slots`
    return { ...queueTable, title, columns, rows, goals }
  },
}
