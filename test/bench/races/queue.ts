/** What does the table cost as a queue: into it, out of it, and does its past or a blocked dataset slow it down? */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, Numbers, QueueContender } from '../contender.ts'
import { commandFor, type Entry } from '../parts/contender-process.ts'
import type { BenchDatabase, Kind } from '../parts/databases.ts'
import { measure } from '../parts/measure.ts'
import { type Past, seed } from '../parts/seed.ts'
import type { Bench, Race, Row } from '../race.ts'
import type { Column } from '../report.ts'

const columns: readonly Column[] = [
  { key: 'enqueueSingle', head: 'enqueue/s, 1 at a time', digits: 0 },
  { key: 'enqueueMany', head: 'enqueue/s, 8 at once', digits: 0 },
  { key: 'drainSingle', head: 'no-op/s, 1 slot', digits: 0, ratioHead: 'no-op × no past' },
  { key: 'drainMany', head: 'no-op/s, 50 slots', digits: 0 },
  { key: 'claimP50', head: 'claim p50 ms', digits: 2, ratioHead: 'p50 × no past' },
  { key: 'claimP99', head: 'claim p99 ms', digits: 1 },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

const kinds = { sqlite: 'SQLite', mariadb: 'MariaDB' } as const
const longestSeconds = 2.5

export const queue: Race = {
  name: 'queue',
  open: async (bench) => {
    const { finishedRows: finished, blockedRows: blocked } = bench.sizes
    const entries = bench.entries.filter((entry): entry is Entry<QueueContender> => isQueue(entry))
    const pasts: readonly Past[] = [
      { finished: 0, blocked: 0 },
      { finished, blocked: 0 },
      { finished: 0, blocked },
      { finished, blocked },
    ]
    const rows: Row[] = []
    const kept: BenchDatabase[] = []
    for (const entry of entries) {
      for (const kind of Object.keys(kinds) as Kind[]) {
        const skipped = await bench.databases.missing(kind)
        for (const past of pasts)
          rows.push({ ...(await rowOf(bench, { entry, kind, past }, { skipped, kept })), skipped })
      }
    }
    const close = async () => {
      for (const database of kept) await database.drop()
    }
    return {
      title: `The queue: ${bench.sizes.single} and ${bench.sizes.many} copies a round`,
      columns,
      rows,
      goals: [],
      close,
    }
  },
}

function isQueue({ contender }: Entry<Contender>): boolean {
  return (contender.enters as readonly string[]).includes('queue')
}

interface Place {
  readonly entry: Entry<QueueContender>
  readonly kind: Kind
  readonly past: Past
}

/** A long past is written once and kept for all rounds, a short one is new in each. */
async function rowOf(
  bench: Bench,
  place: Place,
  by: { skipped: string | null; kept: BenchDatabase[] },
): Promise<Omit<Row, 'skipped'>> {
  const { entry, kind, past } = place
  const name = (of: Past) => `${entry.contender.name}, ${kinds[kind]}, ${wordsOf(of)}`
  const row = { name: name(past), beside: name({ finished: 0, blocked: 0 }) }
  if (past.finished === 0 || by.skipped !== null) return { ...row, run: () => runInNew(bench, place) }
  bench.say(`writing ${wordsOf(past)} into ${kinds[kind]}`)
  const database = await bench.databases.create(kind)
  by.kept.push(database)
  await seed(database.url, past)
  return { ...row, run: () => runIn(bench, database, entry) }
}

function wordsOf({ finished, blocked }: Past): string {
  const words = [amount(finished, 'finished'), amount(blocked, 'blocked')].filter(Boolean)
  return words.join(', ') || 'no past'
}

function amount(count: number, what: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${what}`
}

async function runInNew(bench: Bench, { entry, kind, past }: Place): Promise<Numbers> {
  const database = await bench.databases.create(kind)
  try {
    await seed(database.url, past)
    return await runIn(bench, database, entry)
  } finally {
    await database.drop()
  }
}

async function runIn(bench: Bench, { url }: BenchDatabase, entry: Entry<QueueContender>): Promise<Numbers> {
  const folder = await mkdtemp(join(bench.memory, 'job-'))
  try {
    const { single, many } = bench.sizes
    const job = { race: 'queue', databaseUrl: url, single, many, seconds: longestSeconds } as const
    const { stdout, peakMiB } = await measure(commandFor(entry, job), { folder, signal: bench.signal })
    return { ...(JSON.parse(stdout) as Numbers), peak: peakMiB }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
