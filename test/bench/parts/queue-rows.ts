/** How does a contender for the queue become a row? In a process of its own, on a database that nobody else uses. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, DatabaseKind, Numbers, QueueContender, QueueJob } from '../contender.ts'
import type { Bench } from '../race.ts'
import { commandFor, type Entry } from './contender-process.ts'
import type { BenchDatabase } from './databases.ts'
import { measure } from './measure.ts'

/** A contender on one of the databases it can use. */
export interface Place {
  readonly entry: Entry<QueueContender>
  readonly kind: DatabaseKind
  /** Why it cannot run, or null. */
  readonly skipped: string | null
}

export async function placesOf(bench: Bench, race: QueueJob['race']): Promise<Place[]> {
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

/** `seed`: writes what is there before. */
export async function runInNew(
  bench: Bench,
  { entry, kind }: Place,
  job: Omit<QueueJob, 'databaseUrl'>,
  seed = async (_url: string) => {},
): Promise<Numbers> {
  const database = await bench.databases.create(kind)
  try {
    await seed(database.url)
    return await runIn(bench, database, entry, job)
  } finally {
    await database.drop()
  }
}

export async function runIn(
  bench: Bench,
  { url }: BenchDatabase,
  entry: Entry<QueueContender>,
  about: Omit<QueueJob, 'databaseUrl'>,
): Promise<Numbers> {
  const folder = await mkdtemp(join(bench.memory, 'job-'))
  try {
    const command = commandFor(entry, { ...about, databaseUrl: url })
    const { stdout, peakMiB } = await measure(command, { folder, signal: bench.signal })
    return { ...(JSON.parse(stdout) as Numbers), peak: peakMiB }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
