/**
 * How fast are we, beside what else one could use, on this machine, now? `npm run bench`, with
 * `-- --rounds N`, `--only race,race`, `--json FILE` and `--quick`. See docs/performance.md for how to read what it prints.
 */
import { mkdtemp, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Contender, Numbers } from './contender.ts'
import { type GoalResult, goalsText, judge } from './goals.ts'
import type { Entry } from './parts/contender-process.ts'
import { openDatabases } from './parts/databases.ts'
import { aboutMachine } from './parts/machine.ts'
import { openPasts } from './parts/pasts.ts'
import type { Bench, Race, Row, Sizes } from './race.ts'
import { latency, manyFiles } from './races/many-files.ts'
import { localFile, oneFile, tls } from './races/one-file.ts'
import { queue } from './races/queue.ts'
import { queueCrash } from './races/queue-crash.ts'
import { queueGrowth } from './races/queue-growth.ts'
import { queueIdle } from './races/queue-idle.ts'
import { queueWorker } from './races/queue-worker.ts'
import { memory, service } from './races/service.ts'
import { isFailed, type TableResult, tableJson, tableText } from './report.ts'

const races: readonly Race[] = [
  ...[oneFile, tls, localFile, manyFiles, latency, service, memory],
  // an idle worker finds the long past as it was written, before others work in it
  ...[queue, queueWorker, queueCrash, queueIdle, queueGrowth],
]

const mib = 1024 * 1024
const full: Sizes = {
  rounds: 3,
  largeFile: 2048 * mib,
  serviceFile: 512 * mib,
  smallFiles: 1000,
  smallFile: mib,
  inFlight: 8,
  slowFiles: 100,
  slowInFlight: 16,
  latencyMs: 50,
  finishedRows: 1_000_000,
  blockedRows: 20_000,
  single: 1000,
  many: 10_000,
  growthCopies: 300,
  starts: 100,
  orderedCopies: 2000,
  crashCopies: 60,
}
const quick: Sizes = {
  ...full,
  rounds: 1,
  largeFile: 256 * mib,
  serviceFile: 128 * mib,
  smallFiles: 100,
  slowFiles: 32,
  finishedRows: 20_000,
  blockedRows: 2000,
  single: 200,
  many: 2000,
  growthCopies: 50,
  starts: 20,
  orderedCopies: 400,
  crashCopies: 20,
}

interface Options {
  readonly sizes: Sizes
  readonly chosen: readonly Race[]
  readonly json: string | null
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  })
  const sizes = values.quick ? quick : full
  const rounds = Number(values.rounds ?? sizes.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1')
  const names = values.only?.split(',') ?? races.map(({ name }) => name)
  const unknown = names.find((name) => !races.some((race) => race.name === name))
  const known = races.map(({ name }) => name).join(', ')
  if (unknown !== undefined) throw new Error(`--only does not know ${unknown}; there are ${known}`)
  const chosen = races.filter(({ name }) => names.includes(name))
  return { sizes: { ...sizes, rounds }, chosen, json: values.json ?? null }
}

/** Every file in `peers/` is a contender. */
async function findContenders(): Promise<Array<Entry<Contender>>> {
  const folder = fileURLToPath(new URL('peers/', import.meta.url))
  const files = (await readdir(folder)).sort().map((name) => pathToFileURL(join(folder, name)).href)
  return await Promise.all(
    files.map(async (file) => ({ file, contender: ((await import(file)) as { contender: Contender }).contender })),
  )
}

async function openBench(sizes: Sizes, signal: AbortSignal): Promise<Bench & { close(): Promise<void> }> {
  const inMemory = (await hasRoom('/dev/shm', 3 * sizes.largeFile)) ? '/dev/shm' : tmpdir()
  const memory = await mkdtemp(join(inMemory, 'zenodo-replicator-bench-'))
  const databases = openDatabases()
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const pasts = openPasts(databases, say)
  const close = async () => {
    await pasts.close()
    await databases.close()
    await rm(memory, { recursive: true, force: true })
  }
  return { sizes, entries: await findContenders(), databases, pasts, memory, signal, say, close }
}

/** In memory lies the local file, and what the emulated Zenodo was sent. */
async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  return await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize > bytes,
    () => false,
  )
}

type Round = Numbers | { readonly failed: string }

/** One run of each row a round, beginning with another row in each, so that none always follows the same one. */
async function runRace(bench: Bench, race: Race): Promise<TableResult> {
  const stage = await race.open(bench)
  try {
    const results = stage.rows.map((row) => ({ row, rounds: [] as Round[] }))
    const running = results.filter(({ row }) => row.skipped === null)
    for (let round = 0; round < bench.sizes.rounds; round += 1) {
      const first = round % Math.max(1, running.length)
      for (const result of [...running.slice(first), ...running.slice(0, first)]) {
        if (round > 0 && result.row.once) continue
        bench.say(`${race.name}, round ${round + 1} of ${bench.sizes.rounds}: ${result.row.name}`)
        result.rounds.push(await runOnce(bench, result.row))
      }
    }
    const rows = results.map(({ row: { run: _, once: __, ...row }, rounds }) => ({ ...row, rounds }))
    const { rows: _, close: __, ...table } = stage
    return { name: race.name, ...table, rows }
  } finally {
    await stage.close()
  }
}

/** A contender that fails is shown as such; the others go on. */
async function runOnce(bench: Bench, row: Row): Promise<Round> {
  try {
    return await row.run()
  } catch (error) {
    bench.signal.throwIfAborted()
    return { failed: error instanceof Error ? error.message : String(error) }
  }
}

async function main(): Promise<void> {
  const { sizes, chosen, json } = readOptions()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Error(`ended by ${name}`)))
  const bench = await openBench(sizes, stop.signal)
  const started = performance.now()
  const tables: TableResult[] = []
  try {
    for (const race of chosen) {
      const missing = (await race.missing?.()) ?? null
      if (missing !== null) {
        process.stdout.write(`* ${race.name}: skipped, ${missing}.\n\n`)
        continue
      }
      const table = await runRace(bench, race)
      tables.push(table)
      process.stdout.write(`${tableText(table)}\n`)
    }
    const goals: readonly GoalResult[] = tables.flatMap(judge)
    if (goals.length > 0) process.stdout.write(`${goalsText(goals)}\n`)
    const machine = { ...(await aboutMachine()), ...(await bench.databases.about()) }
    for (const [name, value] of Object.entries(machine)) process.stdout.write(`* ${name}: ${value}\n`)
    const seconds = Math.round((performance.now() - started) / 1000)
    process.stdout.write(`* ${sizes.rounds} rounds, ${seconds} s in all\n`)
    const content = { machine, sizes, seconds, goals, tables: tables.map(tableJson) }
    if (json !== null) await writeFile(json, `${JSON.stringify(content, null, 2)}\n`)
  } finally {
    await bench.close()
  }
  if (tables.some(({ rows }) => rows.some(({ rounds }) => rounds.some(isFailed)))) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
