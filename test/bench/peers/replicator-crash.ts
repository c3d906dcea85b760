/** This product's worker, killed with half of its copies done and started anew: how soon it goes on, what was lost, what done twice. */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../../../src/db/connection.ts'
import { createStore, type Store } from '../../../src/db/store.ts'
import { createEmulator } from '../../../src/emulator/server.ts'
import { enqueueAll } from '../../../src/replication/enqueue.ts'
import { type ServiceProcess, startService, stopServices } from '../../support/service-process.ts'
import { createSourceServer, type SourceServer } from '../../support/source-server.ts'
import { viewZenodo, type ZenodoView } from '../../support/zenodo-view.ts'
import type { Numbers, QueueContender, QueueJob } from '../contender.ts'
import { smallManifest } from '../parts/manifest.ts'

const lookMs = 10

export const contender: QueueContender = {
  name: 'zenodo-replicator',
  enters: ['queue-crash'],
  once: ['queue-crash'],
  databases: ['sqlite', 'mariadb'],
  work: async (job) => {
    const db = openDatabase(job.databaseUrl)
    const [emulator, source] = [await createEmulator(), await createSourceServer()]
    try {
      const store = createStore(db)
      await enqueueCopies(store, source, job.many)
      const start = () => startWorker(job, emulator)
      const times = await killAndRestart(store, start, job.many)
      return { ...times, ...(await effects(viewZenodo(emulator.url, 'deposit'), job.many)) }
    } finally {
      await stopServices()
      await Promise.all([emulator.close(), source.close(), db.close()])
    }
  },
}

/** One dataset each, with one small file. */
async function enqueueCopies({ intake }: Store, source: SourceServer, count: number): Promise<void> {
  const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'bench' }
  const requests = Array.from({ length: count }, (_, index) => {
    const [path, content] = [`f${index}.txt`, `content of the file ${index}`]
    const checksum = `md5:${createHash('md5').update(content).digest('hex')}`
    const file = { path, size: content.length, source: source.put(path, content), checksum }
    return { manifest: smallManifest(`10.5072/crash-${index}`, [file]), types: ['data'] as const, ...rest }
  })
  await enqueueAll({ intake, emit: () => {} }, requests)
}

function startWorker({ databaseUrl }: QueueJob, { url, token }: { readonly url: string; readonly token: string }) {
  const settings = {
    HOSTNAME: 'bench',
    WORKER_HOST: 'bench',
    SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
    ZENODO_REQUESTS_PER_MINUTE: '100000',
    ZENODO_REQUESTS_PER_HOUR: '1000000',
    // the emulated Zenodo shows at once what it has
    ZENODO_FIRST_LOOK_SECONDS: '0.05',
  }
  const own = Object.entries(settings).map(([name, value]) => [`ZENODO_REPLICATOR_${name}`, value])
  return startService(['worker'], {
    DATABASE_URL: databaseUrl,
    ZENODO_URL: url,
    ZENODO_TOKEN: token,
    ...Object.fromEntries(own),
  })
}

/** Seconds from the kill until another leads, until all that ran then is finished, and until everything is. */
async function killAndRestart(store: Store, start: () => ServiceProcess, copies: number): Promise<Numbers> {
  const first = start()
  await until(async () => (await finishedOf(store)) >= copies / 2)
  first.signal('SIGKILL')
  const killed = performance.now()
  await first.ended()
  const second = start()
  const { copies: torn } = await store.reading.list({ states: ['replicating'] })
  const ids = torn.map(({ id }) => id)
  await second.says(/worker ready/)
  const ready = performance.now()
  const isThrough = async () => (await store.reading.list({ ids, states: ['finished'] })).copies.length === ids.length
  if (ids.length > 0) await until(isThrough)
  const recovered = performance.now()
  await until(async () => (await finishedOf(store)) === copies)
  const whole = performance.now()
  second.signal('SIGTERM')
  await second.ended()
  const since = (time: number) => (time - killed) / 1000
  return { torn: ids.length, ready: since(ready), recovery: since(recovered), whole: since(whole) }
}

async function finishedOf({ reading }: Store): Promise<number> {
  const counts = await reading.counts()
  return counts.reduce((sum, { state, count }) => (state === 'finished' ? sum + count : sum), 0)
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; !(await condition()); await delay(lookMs))
    if (performance.now() > end) throw new Error('it did not go on within a minute')
}

/** Of one record a copy: how many are missing, how many are too many; and which calls came again to what was there already. */
async function effects(zenodo: ZenodoView, copies: number): Promise<Numbers> {
  const records = await zenodo.records()
  const published = new Set(records.filter(({ state }) => state === 'done').map(({ doi }) => doi))
  const calls = (await zenodo.calls()).filter((call) => /^(create|put|publish)\b/.test(call))
  return { lost: copies - published.size, doubled: records.length - copies, again: calls.length - 3 * copies }
}
