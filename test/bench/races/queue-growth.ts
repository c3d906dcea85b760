/** Does its past or a blocked dataset slow the table down as a queue? */
import { noPast } from '../parts/pasts.ts'
import { besidePasts, queueTable } from '../parts/queue-rows.ts'
import type { Past } from '../parts/seed.ts'
import type { Race } from '../race.ts'
import type { Column } from '../report.ts'

const columns: readonly Column[] = [
  { key: 'claimP50', head: 'claim p50 ms', digits: 2, ratioHead: 'p50 × no past' },
  { key: 'claimP99', head: 'claim p99 ms', digits: 1 },
  { key: 'drainSingle', head: 'no-op/s, one by one', digits: 0, ratioHead: '× no past' },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

const longestSeconds = 2

export const queueGrowth: Race = {
  name: 'queue-growth',
  open: async (bench) => {
    const { finishedRows, blockedRows, growthCopies } = bench.sizes
    const pasts: readonly Past[] = [noPast, { ...noPast, finished: finishedRows }, { ...noPast, blocked: blockedRows }]
    const job = { race: 'queue-growth', single: growthCopies, many: 0, seconds: longestSeconds } as const
    const made = await besidePasts(bench, job, pasts)
    const goals = made
      .filter(({ past }) => past !== noPast)
      .map(({ row: { name, beside } }) => {
        const goal = { column: 'claimP50', bound: 'at most', value: 1.5 } as const
        return { ...goal, name: `claim p50, ${name}`, row: name, beside }
      })
    const rows = made.map(({ row }) => row)
    return { ...queueTable, title: `The queue with a past: ${growthCopies} copies`, columns, rows, goals }
  },
}
