/** What is there in a run? Real processes: hosts with workers, MariaDB, Zenodo; and the load that goes through. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Place } from '../property/stage.ts'
import { type ServiceProcess, startService, stopServices } from '../support/service-process.ts'
import { createSourceServer } from '../support/source-server.ts'
import { viewZenodo } from '../support/zenodo-view.ts'
import type { ChaosDatabase } from './database.ts'
import { type Host, openHost, type Past } from './host.ts'
import { createInjector, type Injector } from './injector.ts'
import { type Journal, openJournal } from './journal.ts'
import { type Load, openLoad } from './load.ts'
import { environmentOf, hosts as hostNames, type LoadSettings, settingsOf } from './settings.ts'
import { openZenodo, type ZenodoProcess } from './zenodo-process.ts'

export interface Chaos {
  readonly settings: LoadSettings
  readonly place: Place
  readonly hosts: readonly Host[]
  readonly database: ChaosDatabase
  readonly zenodo: ZenodoProcess
  readonly journal: Journal
  readonly injector: Injector
  /** The application's, and the operators'. */
  readonly app: App
  readonly load: Load
  /** Processes that have ended. */
  readonly pasts: readonly Past[]
  /** The host whose worker leads; null: none does now. */
  leader(): Host | null
  hostOf(worker: number): Host
  /** The same host to the service, with proxies of its own. To be closed. */
  twinOf(host: Host): Promise<Host>
  /** A command of an operator, past the proxies. @returns its process */
  command(args: readonly string[]): ServiceProcess
  close(): Promise<void>
}

export interface ChaosOptions {
  readonly seed: number
  readonly hosts: number
  readonly datasets: number
  readonly settings: LoadSettings
}

const noLimits = {
  requestsPerMinute: 0,
  requestsPerHour: 0,
  guestRequestsPerMinute: 0,
  guestRequestsPerHour: 0,
  searchesPerMinute: 0,
}

/** All of it runs, but for the workers. The database is closed by its owner. */
export async function openChaos(database: ChaosDatabase, options: ChaosOptions): Promise<Chaos> {
  const { seed, datasets, settings } = options
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-chaos-'))
  const zenodo = await openZenodo(join(folder, 'zenodo'))
  const source = await createSourceServer()
  const view = viewZenodo(zenodo.url)
  await view.settings({ ...noLimits, indexLagSeconds: settings.lagMs / 1000, filesPerRecord: settings.filesPerRecord })
  const place: Place = { database: database.database, emulator: zenodo, zenodo: view, source }
  const sources = join(folder, 'sources')
  const given = settingsOf(settings, sources)
  const app = await openOperator(database, zenodo, given)
  const journal = openJournal()
  const injector = createInjector()
  const pasts: Past[] = []
  let workers = 0
  const ports = {
    journal,
    gate: injector.gate,
    zenodo,
    databaseUrl: database.database.url,
    env: environmentOf(given),
    count: () => ++workers,
    onEnd: (past: Past) => void pasts.push(past),
  }
  const hosts = await Promise.all(hostNames.slice(0, options.hosts).map((name) => openHost(name, ports)))
  const load = await openLoad({ place, app, settings, seed, datasets, folder: sources })
  const hostOf = (worker: number) => hosts.find((host) => host.worker() === worker) ?? null
  return {
    settings,
    place,
    hosts,
    database,
    zenodo,
    journal,
    injector,
    app,
    load,
    pasts,
    leader: () => hostOf(journal.leader() ?? 0),
    hostOf(worker) {
      const host = hostOf(worker)
      if (host === null) throw new Error(`process ${worker} is not there any more`)
      return host
    },
    twinOf: ({ name }) => openHost(name, ports),
    command: (args) =>
      startService(args, {
        ...ports.env,
        DATABASE_URL: database.database.url,
        ZENODO_URL: zenodo.url,
        ZENODO_TOKEN: zenodo.token,
        ZENODO_REPLICATOR_HOSTNAME: hostNames[0],
      }),
    async close() {
      await Promise.all(hosts.map((host) => host.stop()))
      await Promise.all(hosts.map((host) => host.close()))
      await app.close()
      await zenodo.kill()
      await stopServices()
      await source.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function openOperator(
  { database }: ChaosDatabase,
  { url, token }: ZenodoProcess,
  given: Record<string, unknown>,
) {
  const flags = { ...given, 'database.url': database.url, 'zenodo.url': url, 'zenodo.token': token }
  const { config } = loadConfig({ env: {}, hostname: 'desk', flags })
  return await openApp(config)
}
