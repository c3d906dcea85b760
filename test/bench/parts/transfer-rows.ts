/** How does a contender for bytes become a row? It runs in a process of its own, and what arrived is compared. */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contender, Numbers, TransferContender, TransferJob } from '../contender.ts'
import type { Bench, Row } from '../race.ts'
import type { Column } from '../report.ts'
import { commandFor, type Entry } from './contender-process.ts'
import { md5OfSize } from './content.ts'
import { type Loopback, received } from './loopback.ts'
import { measure } from './measure.ts'
import type { ServerProcess } from './server-process.ts'

/** What is brought and how. */
export type Work = Pick<TransferJob, 'race' | 'files' | 'size' | 'inFlight'>
type Ready = Entry<TransferContender>

/** `beside`: a short name of the row that the ratios refer to. */
export function transferColumns(beside: string): readonly Column[] {
  return [
    { key: 'seconds', head: 's', digits: 2 },
    { key: 'rate', head: 'MB/s', digits: 0, ratioHead: `MB/s × ${beside}` },
    { key: 'cpu', head: 'CPU s/GB', digits: 2, ratioHead: `CPU × ${beside}` },
    { key: 'peak', head: 'peak MiB', digits: 0 },
  ]
}

/** All contenders that enter the race of `work`. */
export async function rowsOf(
  bench: Bench,
  work: Work,
  { beside, run }: { readonly beside: string; readonly run: (entry: Ready) => Promise<Numbers> },
): Promise<Row[]> {
  const entries = bench.entries.filter((entry): entry is Ready => enters(entry, work.race))
  return await Promise.all(
    entries.map(async (entry) => {
      const { name, missing } = entry.contender
      const once = entry.contender.once?.includes(work.race) ?? false
      return { name, beside, once, skipped: (await missing?.()) ?? null, run: () => run(entry) }
    }),
  )
}

function enters({ contender }: Entry<Contender>, race: Work['race']): boolean {
  return (contender.enters as readonly string[]).includes(race)
}

/** Before it counts, what a contender sends is hashed by the receiver once. Also brings its code into the page cache. */
export async function rowsThroughSink(
  bench: Bench,
  work: Work,
  { beside, loopback }: { readonly beside: string; readonly loopback: Loopback },
): Promise<Row[]> {
  const md5 = md5OfSize(work.size)
  const sample = sampleOf(work)
  const proven = new Set<Ready>()
  const run = async (entry: Ready) => {
    const hashing = { entry, loopback, sink: loopback.hashing }
    if (!proven.has(entry)) await throughSink(bench, { ...sample, md5: md5OfSize(sample.size) }, hashing)
    proven.add(entry)
    return await throughSink(bench, { ...work, md5 }, { entry, loopback, sink: loopback.sink })
  }
  return await rowsOf(bench, work, { beside, run })
}

/** A little of the same, which a sink that hashes gets first. */
export function sampleOf(work: Work): Work {
  return { ...work, files: Math.min(work.files, 8), size: Math.min(work.size, 16 * 1024 * 1024) }
}

async function throughSink(
  bench: Bench,
  what: Work & { readonly md5: string },
  { entry, loopback, sink }: { readonly entry: Ready; readonly loopback: Loopback; readonly sink: ServerProcess },
): Promise<Numbers> {
  await received(sink)
  const ends = { source: loopback.source(what.size), target: `${sink.url}/bucket`, token: 'none' }
  const numbers = await cost(bench, { ...what, ...ends, zenodoUrl: '', databaseUrl: '' }, { entry, env: loopback.env })
  const { files, bytes, md5s } = await received(sink)
  if (files === what.files && bytes === what.files * what.size && md5s.every((md5) => md5 === what.md5)) return numbers
  throw new Error(`the sink has ${files} files of ${bytes} bytes with the md5 ${[...new Set(md5s)].join(', ')}`)
}

export async function cost(
  bench: Bench,
  work: Omit<TransferJob, 'folder'>,
  { entry, env }: { readonly entry: Ready; readonly env: Readonly<Record<string, string>> },
): Promise<Numbers> {
  const folder = await mkdtemp(join(bench.memory, 'job-'))
  try {
    const job = { ...work, folder }
    const { prepare, check } = 'command' in entry.contender ? entry.contender : {}
    await prepare?.(job)
    const running = { folder, env, signal: bench.signal }
    const { seconds, cpuSeconds, peakMiB } = await measure(commandFor(entry, job), running)
    await check?.(job)
    const bytes = job.files * job.size
    return { seconds, rate: bytes / 1e6 / seconds, cpu: cpuSeconds / (bytes / 1e9), peak: peakMiB }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function sizeText(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${bytes / 1024 ** 3} GiB` : `${bytes / 1024 ** 2} MiB`
}
