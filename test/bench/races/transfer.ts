/** How fast do bytes go from a source to a receiver, beside what one would write oneself? */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Contender, Numbers, TransferContender, TransferJob, TransferRace } from '../contender.ts'
import { commandFor, type Entry } from '../parts/contender-process.ts'
import { md5OfSize } from '../parts/content.ts'
import { measure } from '../parts/measure.ts'
import { type ServerProcess, startServer } from '../parts/server-process.ts'
import type { Bench, Race, Row } from '../race.ts'
import type { Column } from '../report.ts'

const peer = 'curl piped to curl, tee to md5sum'

const columns: readonly Column[] = [
  { key: 'seconds', head: 's', digits: 2 },
  { key: 'rate', head: 'MB/s', digits: 0, ratioHead: 'MB/s × curl' },
  { key: 'cpu', head: 'CPU s/GB', digits: 2, ratioHead: 'CPU × curl' },
  { key: 'peak', head: 'peak MiB', digits: 0 },
]

/** What is brought, how, and where to. */
type Work = Pick<TransferJob, 'race' | 'files' | 'size' | 'inFlight'>

export const oneFile: Race = {
  name: 'one-file',
  open: (bench) => {
    const work = { race: 'one-file', files: 1, size: bench.sizes.largeFile, inFlight: 1 } as const
    return openSink(bench, work, `One file of ${mib(work.size)}, to a sink that answers a known md5`)
  },
}

export const manyFiles: Race = {
  name: 'many-files',
  open: (bench) => {
    const { smallFiles: files, smallFile: size, inFlight } = bench.sizes
    const title = `${files} files of ${mib(size)}, ${inFlight} in flight, to a sink that answers a known md5`
    return openSink(bench, { race: 'many-files', files, size, inFlight }, title)
  },
}

export const service: Race = {
  name: 'service',
  open: async (bench) => {
    const work = { race: 'service', files: 1, size: bench.sizes.largeFile, inFlight: 1 } as const
    const title = `One file of ${mib(work.size)}, to the emulated Zenodo, which hashes it and keeps it in a folder`
    const rows = await rowsOf(bench, work, (entry) => throughEmulator(bench, work, entry))
    return { title, columns, rows, close: async () => {} }
  },
}

function mib(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${bytes / 1024 ** 3} GiB` : `${bytes / 1024 ** 2} MiB`
}

type Ready = Entry<TransferContender>

async function rowsOf(bench: Bench, work: Work, run: (entry: Ready) => Promise<Numbers>): Promise<Row[]> {
  const entries = bench.entries.filter((entry): entry is Ready => enters(entry, work.race))
  return await Promise.all(
    entries.map(async (entry) => {
      const { name, missing } = entry.contender
      return { name, beside: peer, skipped: (await missing?.()) ?? null, run: () => run(entry) }
    }),
  )
}

function enters({ contender }: Entry<Contender>, race: TransferRace): boolean {
  return (contender.enters as readonly string[]).includes(race)
}

async function openSink(bench: Bench, work: Work, title: string) {
  const sinkFile = fileURLToPath(new URL('../parts/sink-process.ts', import.meta.url))
  const md5 = md5OfSize(work.size)
  const sink = await startServer([sinkFile, 'discard', md5])
  const hashing = await startServer([sinkFile, 'md5'])
  const proven = new Set<Ready>()
  const run = async (entry: Ready) => {
    if (!proven.has(entry)) await prove(bench, { work, entry, hashing })
    proven.add(entry)
    return await throughSink(bench, { ...work, md5 }, { entry, sink })
  }
  const rows = await rowsOf(bench, work, run)
  const close = async () => {
    await Promise.all([sink.stop(), hashing.stop()])
  }
  return { title, columns, rows, close }
}

/** Before it counts: what a contender sends is hashed by the receiver once. Also brings its code into the page cache. */
async function prove(bench: Bench, by: { work: Work; entry: Ready; hashing: ServerProcess }): Promise<void> {
  const { entry, hashing } = by
  const work = { ...by.work, files: Math.min(by.work.files, 8), size: Math.min(by.work.size, 16 * 1024 * 1024) }
  await throughSink(bench, { ...work, md5: md5OfSize(work.size) }, { entry, sink: hashing })
}

async function throughSink(
  bench: Bench,
  what: Work & { readonly md5: string },
  by: { readonly entry: Ready; readonly sink: ServerProcess },
): Promise<Numbers> {
  await received(by.sink)
  const { url, token } = by.sink
  const job = { ...what, target: `${url}/bucket`, token: token || 'none', zenodoUrl: '', databaseUrl: '' }
  const numbers = await cost(bench, job, by.entry)
  const { files, bytes, md5s } = await received(by.sink)
  if (files === what.files && bytes === what.files * what.size && md5s.every((md5) => md5 === what.md5)) return numbers
  throw new Error(`the sink has ${files} files of ${bytes} bytes with the md5 ${[...new Set(md5s)].join(', ')}`)
}

async function received(sink: ServerProcess) {
  const answer = await fetch(`${sink.url}/received`)
  return (await answer.json()) as { files: number; bytes: number; md5s: string[] }
}

async function cost(bench: Bench, job: Omit<TransferJob, 'source' | 'folder'>, entry: Ready): Promise<Numbers> {
  const folder = await mkdtemp(join(bench.memory, 'job-'))
  try {
    const source = `${bench.source.url}/${job.size}`
    const command = commandFor(entry, { ...job, source, folder })
    const { seconds, cpuSeconds, peakMiB } = await measure(command, folder, bench.signal)
    const bytes = job.files * job.size
    return { seconds, rate: bytes / 1e6 / seconds, cpu: cpuSeconds / (bytes / 1e9), peak: peakMiB }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** An emulator, a deposition for those who need one, and a database, all new for each run. */
async function throughEmulator(bench: Bench, work: Work, entry: Ready): Promise<Numbers> {
  const data = join(bench.memory, 'zenodo')
  await mkdir(data)
  const bin = fileURLToPath(new URL('../../../src/bin.js', import.meta.url))
  const emulator = await startServer([bin, 'emulator', '--data', data])
  const database = await bench.databases.create('sqlite')
  try {
    const { url: zenodoUrl, token } = emulator
    const target = await newBucket(emulator)
    const databaseUrl = database.url
    return await cost(bench, { ...work, md5: md5OfSize(work.size), target, token, zenodoUrl, databaseUrl }, entry)
  } finally {
    await database.drop()
    await emulator.stop()
    await rm(data, { recursive: true, force: true })
  }
}

async function newBucket({ url, token }: ServerProcess): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/deposit/depositions`, { method: 'POST', headers, body: '{}' })
  const { links } = (await answer.json()) as { links: { bucket: string } }
  return links.bucket
}
