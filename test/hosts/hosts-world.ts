/** One test's world of several hosts: workers `a`, `b` and `c`, a database, a Zenodo, and the desk from which the test watches. */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { parseManifest } from '../../src/core/manifest/manifest.ts'
import { migrate } from '../../src/db/migrate.ts'
import { enqueueAll } from '../../src/replication/enqueue.ts'
import { makeMariadb } from '../support/make-database.ts'
import { makeServer } from '../support/mariadb-server.ts'
import { createNetwork, type Network } from '../support/network.ts'
import { quickSettings } from '../support/quick-settings.ts'
import { type ServiceProcess, startService } from '../support/service-process.ts'
import { viewZenodo, type ZenodoView } from '../support/zenodo-view.ts'
import { reach, startEmulator } from './programs.ts'

/** Longer than two times the 5 s for which the server keeps the locks of a transaction that lost its client. */
export const ttlSeconds = 10

/** A copy that was asked for, and what is to be found at Zenodo once it is finished. */
export interface Wanted {
  readonly id: number
  readonly dataset: string
  readonly title: string
  /** Name → md5. */
  readonly files: Readonly<Record<string, string>>
}

interface Version {
  readonly dataset: string
  readonly number: number
  readonly intake: App['intake']
}

export interface HostsWorld {
  readonly network: Network
  readonly app: App
  readonly zenodo: ZenodoView
  /** The real command line on this host; its name for the service is the same. */
  worker(host: string, more?: Record<string, string>): ServiceProcess
  /** As the workers' user, at the address that the test reaches. */
  readonly databaseUrl: string
  /** Where the files lie. */
  readonly folder: string
  /** A dataset with software files of these sizes, or its next version; through the database of the test, or another way to it. */
  enqueue(sizes: readonly number[], more?: Partial<Version>): Promise<Wanted>
  close(): Promise<void>
}

/** Where the workers find the database, and the host that has that address. Closed with the world. */
interface OpenedDatabase {
  readonly url: string
  readonly host: string
}

export interface DatabaseSetup {
  /** Names of the hosts that it needs. */
  readonly hosts: readonly string[]
  open(place: {
    readonly network: Network
    readonly folder: string
    readonly closing: Array<() => Promise<unknown>>
  }): Promise<OpenedDatabase>
}

/** One server, on a host called `database`. */
export function oneServer(program: string): DatabaseSetup {
  return {
    hosts: ['database'],
    async open({ network, folder, closing }) {
      const server = await makeServer(program, { parent: folder, ...network.host('database'), port: 3306 })
      closing.push(() => server.remove())
      await server.start()
      return { url: server.url, host: 'database' }
    },
  }
}

export async function createHostsWorld(setup: DatabaseSetup): Promise<HostsWorld> {
  const closing: Array<() => Promise<unknown>> = []
  const close = async () => {
    for (const one of closing.reverse()) await one()
  }
  try {
    return { ...(await build(setup, closing)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function build(setup: DatabaseSetup, closing: Array<() => Promise<unknown>>): Promise<Omit<HostsWorld, 'close'>> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-hosts-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  // servers may run as a user of their own
  await chmod(folder, 0o755)
  const network = await createNetwork([...setup.hosts, 'zenodo', 'desk', 'a', 'b', 'c'])
  closing.push(() => network.close())
  const database = await setup.open({ network, folder, closing })
  const at = network.host(database.host)
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
    folder,
    databaseUrl: made.url,
    enqueue: (sizes, more = {}) => enqueue(app.intake, folder, { sizes, ...more }),
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

async function enqueue(
  ownIntake: App['intake'],
  folder: string,
  version: { readonly sizes: readonly number[] } & Partial<Version>,
): Promise<Wanted> {
  const { sizes, dataset = `d-${randomBytes(4).toString('hex')}`, number = 1, intake = ownIntake } = version
  const title = `Heights of sunflowers, ${dataset}`
  await mkdir(join(folder, dataset), { recursive: true })
  const files = sizes.map((size, index) => {
    const path = `file-${number}-${index}.bin`
    return { path, size, content: Buffer.alloc(size, `${dataset} ${index} `), place: join(folder, dataset, path) }
  })
  for (const { place, content } of files) await writeFile(place, content)
  const software = files.map(({ path, size, content, place }) => {
    return { path, size, checksum: `sha-256:${hex('sha256', content)}`, source: `file:${place}` }
  })
  const parsed = parseManifest({
    schema: 'zenodo-replicator/manifest/v1',
    dataset: { doi: `10.5061/dryad.${dataset}`, id: dataset },
    version: { number, published: false },
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
  const request = { manifest: parsed.manifest, types: ['software'] as const, ...rest }
  const [answer] = await enqueueAll({ intake, emit: () => {} }, [request])
  const [result] = answer?.copies ?? []
  if (result === undefined) throw new Error(`${dataset} was not enqueued`)
  const md5s = Object.fromEntries(files.map(({ path, content }) => [path, hex('md5', content)]))
  return { id: result.copy.id, dataset, title, files: md5s }
}

function hex(algorithm: string, content: Buffer): string {
  return createHash(algorithm).update(content).digest('hex')
}
