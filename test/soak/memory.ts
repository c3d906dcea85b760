/**
 * Does the worker's memory stay where it is over ten thousand copies? `npm run test:memory`, with `--copies N`, `--slots N`
 * and `--database mariadb`. The worker is the real one, a process of its own, and so is the emulated Zenodo, which may grow.
 * Ends with 1 when the worker's heap, after collection, grows over the last three quarters of the copies.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Manifest, parseManifest } from '../../src/core/manifest/manifest.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createStore, type Store } from '../../src/db/store.ts'
import { enqueueEach } from '../../src/replication/enqueue.ts'
import { makeMariadb, makeSqlite } from '../support/make-database.ts'
import { provideMariadb } from '../support/mariadb.ts'
import { createSourceServer } from '../support/source-server.ts'

const { values } = parseArgs({
  options: {
    copies: { type: 'string', default: '10000' },
    slots: { type: 'string', default: '6' },
    database: { type: 'string', default: 'sqlite' },
    seconds: { type: 'string', default: '1800' },
  },
})
const copies = Number(values.copies)
/** A worker that leaks one small object a copy would be told: 400 bytes are a few closures. */
const mayGrowPerCopy = 400
const mayGrowInAll = 1.5 * 2 ** 20
const samplesWanted = 40

const say = (text: string) => process.stdout.write(`${text}\n`)
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

interface Sample {
  readonly done: number
  readonly heapUsed: number
  readonly rss: number
}

const children: ChildProcess[] = []
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

async function startEmulator(): Promise<{ readonly url: string; readonly token: string }> {
  const child = spawn(process.execPath, [at('../../src/bin.js'), 'emulator', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { url, token } = JSON.parse(line) as { url: string; token: string }
  await fetch(`${url}/_emulator/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requestsPerMinute: 0, requestsPerHour: 0, searchesPerMinute: 0 }),
  })
  return { url, token }
}

function startWorker(databaseUrl: string, zenodo: { readonly url: string; readonly token: string }) {
  const settings = {
    ...{ WORKER_SLOTS: values.slots, WORKER_POLL_SECONDS: '0.2', LOG_LEVEL: 'error' },
    ...{ ZENODO_REQUESTS_PER_MINUTE: '1000000', ZENODO_REQUESTS_PER_HOUR: '10000000' },
    ...{ ZENODO_FIRST_LOOK_SECONDS: '0.05', SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true' },
  }
  const named = Object.entries(settings).map(([name, value]) => [`ZENODO_REPLICATOR_${name}`, value])
  const { PATH = '', HOME = '' } = process.env
  const wellKnown = { DATABASE_URL: databaseUrl, ZENODO_URL: zenodo.url, ZENODO_TOKEN: zenodo.token }
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', at('./heap-probe.js'), at('../../src/bin.js'), 'worker'],
    { env: { PATH, HOME, ...wellKnown, ...Object.fromEntries(named) }, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] },
  )
  children.push(child)
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the worker ended with ${code ?? signal}`)
  })
  ended.catch(() => {})
  const answers = createInterface(child.stdio[3] as Readable)
  return {
    child,
    async look(): Promise<Omit<Sample, 'done'>> {
      const answer = once(answers, 'line') as Promise<[string]>
      child.kill('SIGUSR2')
      const [line] = await Promise.race([answer, ended])
      return JSON.parse(line) as Omit<Sample, 'done'>
    },
  }
}

/** Half the copies stage a version with one small file, the other half publish it. */
async function enqueueAll(store: Store, source: string): Promise<void> {
  const datasets = Math.ceil(copies / 2)
  const numbers = Array.from({ length: datasets }, (_, index) => index)
  for (let first = 0; first < datasets; first += 500) {
    const requests = numbers.slice(first, first + 500).map((number) => ({
      ...{ manifest: manifestOf(number, source), types: ['software', 'software_publish'] as const },
      ...{ fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'soak' },
    }))
    await enqueueEach({ intake: store.intake, emit: () => {} }, requests)
  }
}

function manifestOf(number: number, source: string): Manifest {
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: `10.5072/soak.${number}` },
    version: { number: 1, published: true, publicationDate: '2026-11-01' },
    metadata: {
      titles: [{ title: `Soak ${number}` }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ description: 'Small.', descriptionType: 'Abstract' }],
      types: { resourceTypeGeneral: 'Software' },
    },
    files: { software: [{ path: 'a.R', size: 9, source }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.manifest
}

/** Bytes a copy, by least squares. */
function slope(samples: readonly Sample[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length
  const x = mean(samples.map(({ done }) => done))
  const y = mean(samples.map(({ heapUsed }) => heapUsed))
  const both = samples.reduce((sum, one) => sum + (one.done - x) * (one.heapUsed - y), 0)
  return both / samples.reduce((sum, one) => sum + (one.done - x) ** 2, 0)
}

async function watch(look: () => Promise<Omit<Sample, 'done'>>, finished: () => Promise<number>): Promise<Sample[]> {
  const samples: Sample[] = []
  const startedAt = performance.now()
  for (let done = 0; done < copies; ) {
    await delay(500)
    done = await finished()
    const seconds = (performance.now() - startedAt) / 1000
    if (seconds > Number(values.seconds)) throw new Error(`only ${done} copies after ${Math.round(seconds)} s`)
    const last = samples.at(-1)?.done ?? 0
    if (done < copies && done - last < copies / samplesWanted) continue
    const sample = { done, ...(await look()) }
    samples.push(sample)
    say(`${done} copies, ${Math.round(seconds)} s: heap ${mib(sample.heapUsed)} MiB, RSS ${mib(sample.rss)} MiB`)
  }
  return samples
}

const mariadb = values.database === 'mariadb' ? await provideMariadb() : null
const database = mariadb === null ? await makeSqlite() : await makeMariadb(mariadb.url ?? '')
const source = await createSourceServer()
try {
  await migrate(database.owner.db)
  await enqueueAll(createStore(database.db), source.put('a.R', 'print(1)\n'))
  const worker = startWorker(database.url, await startEmulator())
  const samples = await watch(worker.look, async () => {
    const rows: Array<{ state: string; count: number }> = await database.db
      .knex('zenodo_copies')
      .groupBy('state')
      .select('state')
      .count({ count: '*' })
    const failed = rows.find(({ state }) => state === 'error')
    if (failed) throw new Error(`${failed.count} copies are in error`)
    return rows.find(({ state }) => state === 'finished')?.count ?? 0
  })
  const later = samples.filter(({ done }) => done > copies / 4)
  const perCopy = slope(later)
  const grown = perCopy * copies * 0.75
  say(`heap over the last three quarters: ${perCopy.toFixed(0)} bytes a copy, ${mib(grown)} MiB in all`)
  if (perCopy > mayGrowPerCopy && grown > mayGrowInAll) {
    say('The heap grows.')
    process.exitCode = 1
  }
} finally {
  for (const child of children) child.kill('SIGKILL')
  await source.close()
  await database.drop()
  await mariadb?.stop()
}
