/** How does a contender for the queue become a row? In a process of its own, on a database that nobody else uses. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, DatabaseKind, Numbers, QueueContender, QueueJob } from '../contender.ts'
import type { Bench, Row, Stage } from '../race.ts'
import { commandFor, type Entry } from './contender-process.ts'
import type { BenchDatabase } from './databases.ts'
import { measure } from './measure.ts'
import { noPast, wordsOf } from './pasts.ts'
import { type Past, seed } from './seed.ts'

/** A contender on one of the databases it can use. */
export interface Place {
  readonly entry: Entry<QueueContender>
  readonly kind: DatabaseKind
  /** Why it cannot run, or null. */
  readonly skipped: string | null
}

async function placesOf(bench: Bench, race: QueueJob['race']): Promise<Place[]> {
  const entries = bench.entries.filter((entry): entry is Entry<QueueContender> => enters(entry, race))
  const places: Place[] = []
  for (const entry of entries) {
    const missing = (await entry.contender.missing?.()) ?? null
    for (const kind of entry.contender.databases) {
      places.push({ entry, kind, skipped: missing ?? (await bench.databases.missing(kind)) })
    }
  }
  return places
}

function enters({ contender }: Entry<Contender>, race: QueueJob['race']): boolean {
  return (contender.enters as readonly string[]).includes(race)
}

type Job = Omit<QueueJob, 'databaseUrl'>

/** What the tables of queues have in common. */
export const queueTable = {
  aboutHead: 'durability; before',
  goals: [],
  close: async () => {},
} satisfies Partial<Stage>

const kinds = { sqlite: 'SQLite', mariadb: 'MariaDB', redis: 'Redis', postgres: 'PostgreSQL' } as const

/** A row for each contender and database, new in each round. */
export async function newRows(bench: Bench, job: Job, beside: string | null = null): Promise<Row[]> {
  const places = await placesOf(bench, job.race)
  return await Promise.all(
    places.map(async (place) => {
      const { name, databases, once = [] } = place.entry.contender
      return {
        name: databases.length > 1 ? `${name}, ${kinds[place.kind]}` : name,
        about: await aboutPlace(bench, place, noPast),
        beside,
        skipped: place.skipped,
        once: once.includes(job.race),
        run: () => runInNew(bench, place, job),
      }
    }),
  )
}

/** A row for each database and past. A long past is kept for all rounds, a short one is new in each. */
export async function besidePasts(bench: Bench, job: Job, pasts: readonly Past[]) {
  const places = await placesOf(bench, job.race)
  const pairs = places.flatMap((place) => pasts.map((past) => ({ place, past })))
  return await Promise.all(
    pairs.map(async ({ place, past }) => {
      const { kind, entry, skipped } = place
      const row: Row = {
        name: `${kinds[kind]}, ${wordsOf(past)}`,
        about: await aboutPlace(bench, place, past),
        beside: `${kinds[kind]}, ${wordsOf(noPast)}`,
        skipped,
        once: entry.contender.once?.includes(job.race) ?? false,
        run: async () =>
          past.finished === 0
            ? await runInNew(bench, place, job, past)
            : await runIn(bench, await bench.pasts.of(kind, past), entry, job),
      }
      return { past, row }
    }),
  )
}

/** What a commit waits for in that place, and what is there before. */
async function aboutPlace(bench: Bench, { kind, skipped }: Place, past: Past): Promise<string> {
  return skipped === null ? `${await bench.databases.durability(kind)}; ${wordsOf(past)}` : ''
}

/** In a row of its own there is nothing before, or what is short enough to be written anew. */
async function runInNew(bench: Bench, { entry, kind }: Place, job: Job, past = noPast): Promise<Numbers> {
  const database = await bench.databases.create(kind)
  try {
    if (past !== noPast) await seed(database.url, past)
    return await runIn(bench, database, entry, job)
  } finally {
    await database.drop()
  }
}

async function runIn(bench: Bench, { url }: BenchDatabase, entry: Entry<QueueContender>, about: Job): Promise<Numbers> {
  const folder = await mkdtemp(join(bench.memory, 'job-'))
  try {
    const command = commandFor(entry, { ...about, databaseUrl: url })
    const { stdout, peakMiB } = await measure(command, { folder, signal: bench.signal })
    return { ...(JSON.parse(stdout) as Numbers), peak: peakMiB }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
