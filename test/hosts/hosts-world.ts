/** One test's world of several hosts: workers `a`, `b` and `c`, a database, a Zenodo, and the desk from which the test watches. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { parseManifest } from '../../src/core/manifest/manifest.ts'
import { migrate } from '../../src/db/migrate.ts'
import { makeMariadb } from '../support/make-database.ts'
import { makeServer } from '../support/mariadb-server.ts'
import { createNetwork, type Network } from '../support/network.ts'
import { quickSettings } from '../support/quick-settings.ts'
import { type ServiceProcess, startService } from '../support/service-process.ts'
import { viewZenodo, type ZenodoView } from '../support/zenodo-view.ts'
import { reach, startEmulator } from './programs.ts'

export const ttlSeconds = 6

/** A copy that was asked for, and what is to be found at Zenodo once it is finished. */
export interface Wanted {
  readonly id: number
  readonly title: string
  /** Name → md5. */
  readonly files: Readonly<Record<string, string>>
}

export interface HostsWorld {
  readonly network: Network
  readonly app: App
  readonly zenodo: ZenodoView
  /** The real command line on this host; its name for the service is the same. */
  worker(host: string, more?: Record<string, string>): ServiceProcess
  /** A dataset with software files of these sizes. */
  enqueue(sizes: readonly number[]): Promise<Wanted>
  close(): Promise<void>
}

export async function createHostsWorld(server: string): Promise<HostsWorld> {
  const closing: Array<() => Promise<unknown>> = []
  const close = async () => {
    for (const one of closing.reverse()) await one()
  }
  try {
    return { ...(await build(server, closing)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build(server: string, closing: Array<() => Promise<unknown>>): Promise<Omit<HostsWorld, 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-hosts-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const network = await createNetwork(['database', 'zenodo', 'desk', 'a', 'b', 'c'])
  closing.push(() => network.close())
  const at = network.host('database')
  const database = await makeServer(server, { parent: folder, ...at, port: 3306 })
  closing.push(() => database.remove())
  await database.start()
  const emulator = await startEmulator(network.host('zenodo'))
  closing.push(() => emulator.stop())
  const desk = { through: network.host('desk'), folder }
  const toDatabase = await reach(at, 3306, desk)
  const zenodoPort = Number(new URL(emulator.value.url).port)
  const toZenodo = await reach(network.host('zenodo'), zenodoPort, desk)
  closing.push(toDatabase.stop, toZenodo.stop)
  const seen = (url: string) => Object.assign(new URL(url), { host: `127.0.0.1:${toDatabase.value}` }).href
  const made = await makeMariadb(seen(database.url))
  closing.push(() => made.drop())
  await migrate(made.owner.db)
  const { config } = loadConfig({ env: {}, hostname: 'desk', flags: { 'database.url': made.url, ...quickSettings } })
  const app = await openApp(config)
  closing.push(() => app.close())
  const url = Object.assign(new URL(made.url), { host: `${at.address}:3306` }).href
  return {
    network,
    app,
    zenodo: viewZenodo(`http://127.0.0.1:${toZenodo.value}`),
    worker: (host, more = {}) =>
      startService(
        ['worker'],
        { ...environment(host, { database: url, folder, ...emulator.value }), ...more },
        network.host(host).within,
      ),
    enqueue: (sizes) => enqueue(app, folder, sizes),
  }
}

interface Places {
  readonly database: string
  readonly folder: string
  readonly url: string
  readonly token: string
}

function environment(host: string, places: Places): Record<string, string> {
  return {
    DATABASE_URL: places.database,
    ZENODO_URL: places.url,
    ZENODO_TOKEN: places.token,
    ZENODO_REPLICATOR_HOSTNAME: host,
    ZENODO_REPLICATOR_WORKER_HOST: 'a,b,c',
    ZENODO_REPLICATOR_SOURCES_FILE_ROOTS: places.folder,
    ZENODO_REPLICATOR_WORKER_LEASE_TTL_SECONDS: String(ttlSeconds),
    ZENODO_REPLICATOR_WORKER_LEASE_QUARANTINE_SECONDS: '1',
    ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.2',
    ZENODO_REPLICATOR_BREAKER_PROBE_SECONDS: '0.5',
    ZENODO_REPLICATOR_ZENODO_REQUESTS_PER_MINUTE: '100000',
    ZENODO_REPLICATOR_ZENODO_REQUESTS_PER_HOUR: '1000000',
    ZENODO_REPLICATOR_ZENODO_RETRY_BASE_SECONDS: '0.05',
    ZENODO_REPLICATOR_ZENODO_FIRST_LOOK_SECONDS: '0.1',
    ZENODO_REPLICATOR_RETRY_BASE_SECONDS: '0.2',
    ZENODO_REPLICATOR_RETRY_MAX_SECONDS: '1',
    ZENODO_REPLICATOR_TRANSFER_STALL_SECONDS: '10',
  }
}

async function enqueue(app: App, folder: string, sizes: readonly number[]): Promise<Wanted> {
  const dataset = `d-${randomBytes(4).toString('hex')}`
  const title = `Heights of sunflowers, ${dataset}`
  await mkdir(join(folder, dataset))
  const files = sizes.map((size, index) => {
    const path = `file-${index}.bin`
    return { path, size, content: Buffer.alloc(size, `${dataset} ${index} `), place: join(folder, dataset, path) }
  })
  for (const { place, content } of files) await writeFile(place, content)
  const software = files.map(({ path, size, content, place }) => {
    return { path, size, checksum: `sha-256:${hex('sha256', content)}`, source: `file:${place}` }
  })
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: `10.5061/dryad.${dataset}`, id: dataset },
    version: { number: 1, published: false },
    metadata: {
      titles: [{ title }],
      creators: [{ name: 'Doe, Jane' }],
      descriptions: [{ description: 'All about sunflowers.', descriptionType: 'Abstract' }],
      types: { resourceTypeGeneral: 'Dataset' },
    },
    files: { data: [], software, supplemental: [] },
  })
  if (!parsed.ok) throw new Error(`bad manifest in a test: ${JSON.stringify(parsed.problems)}`)
  const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'test' }
  const [result] = await app.enqueue({ manifest: parsed.manifest, types: ['software'], ...rest })
  if (result === undefined) throw new Error(`${dataset} was not enqueued`)
  const md5s = Object.fromEntries(files.map(({ path, content }) => [path, hex('md5', content)]))
  return { id: result.copy.id, title, files: md5s }
}

function hex(algorithm: string, content: Buffer): string {
  return createHash(algorithm).update(content).digest('hex')
}
