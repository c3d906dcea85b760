/** Does its past or a blocked dataset slow the table down as a queue? */
import { type Place, placesOf, runIn, runInNew } from '../parts/queue-rows.ts'
import { type Past, seed } from '../parts/seed.ts'
import type { Bench, Race, Row } from '../race.ts'
import type { Column } from '../report.ts'
import { kinds } from './queue.ts'

const columns: readonly Column[] = [
  { key: 'claimP50', head: 'claim p50 ms', digits: 2, ratioHead: 'p50 × no past' },
  { key: 'claimP99', head: 'claim p99 ms', digits: 1 },
  { key: 'drainSingle', head: 'no-op/s, one by one', digits: 0, ratioHead: '× no past' },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

const longestSeconds = 2
const nothing: Past = { finished: 0, blocked: 0 }

export const queueGrowth: Race = {
  name: 'queue-growth',
  open: async (bench) => {
    const { finishedRows, blockedRows, growthCopies } = bench.sizes
    const pasts: readonly Past[] = [
      nothing,
      { ...nothing, finished: finishedRows },
      { ...nothing, blocked: blockedRows },
    ]
    const job = { race: 'queue-growth', single: growthCopies, many: 0, seconds: longestSeconds } as const
    const places = await placesOf(bench, 'queue-growth')
    const made = places.flatMap((place) => pasts.map((past) => ({ past, ...rowOf(bench, place, past, job) })))
    const goals = made
      .filter(({ past }) => past !== nothing)
      .map(({ row }) => {
        const { name, beside } = row
        return {
          name: `claim p50, ${name}`,
          row: name,
          beside,
          column: 'claimP50',
          bound: 'at most',
          value: 1.5,
        } as const
      })
    const close = async () => {
      for (const { drop } of made) await drop()
    }
    return {
      title: `The queue with a past: ${growthCopies} copies`,
      columns,
      rows: made.map(({ row }) => row),
      goals,
      close,
    }
  },
}

/** A long past is written once and kept for all rounds, a short one is new in each. */
function rowOf(bench: Bench, place: Place, past: Past, job: Parameters<typeof runIn>[3]) {
  const name = (of: Past) => `${kinds[place.kind]}, ${wordsOf(of)}`
  const row = { name: name(past), beside: name(nothing), skipped: place.skipped }
  let kept: ReturnType<Bench['databases']['create']> | null = null
  const run: Row['run'] = async () => {
    if (past.finished === 0) return await runInNew(bench, place, job, (url) => seed(url, past))
    kept ??= written(bench, place, past)
    return await runIn(bench, await kept, place.entry, job)
  }
  return { row: { ...row, run } satisfies Row, drop: async () => await (await kept)?.drop() }
}

async function written(bench: Bench, { kind }: Place, past: Past) {
  bench.say(`writing ${wordsOf(past)} into ${kinds[kind]}`)
  const database = await bench.databases.create(kind)
  await seed(database.url, past)
  return database
}

function wordsOf({ finished, blocked }: Past): string {
  const words = [amount(finished, 'finished'), amount(blocked, 'blocked')].filter(Boolean)
  return words.join(', ') || 'no past'
}

function amount(count: number, what: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${what}`
}
