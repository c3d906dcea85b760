/** Where is a history played? One emulator, one source and one database, swept between histories; and services on them. */
import { type App, openApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { migrate } from '../../src/db/migrate.ts'
import { createEmulator, type Emulator } from '../../src/emulator/server.ts'
import type { ServiceEvent } from '../../src/replication/events.ts'
import type { TestDatabase } from '../support/make-database.ts'
import { quickSettings } from '../support/quick-settings.ts'
import { createSourceServer, type SourceServer } from '../support/source-server.ts'
import { viewZenodo, type ZenodoView } from '../support/zenodo-view.ts'
import { contents } from './contents.ts'
import type { HistorySettings } from './history.ts'

/** Where something was played: what the laws look at. */
export interface Place {
  readonly database: TestDatabase
  readonly emulator: Pick<Emulator, 'url' | 'token'>
  readonly zenodo: ZenodoView
  readonly source: SourceServer
}

export interface Stage extends Place {
  readonly emulator: Emulator
  /** As nobody had ever been there; ids go on counting. */
  sweep(settings: HistorySettings): Promise<void>
  openService(settings: HistorySettings, role: ServiceRole): Promise<Service>
  close(): Promise<void>
}

/** `leaving`: its lease is short, so that it soon finds out that another took over. `arriving` waits until it did. */
export type ServiceRole = 'only' | 'leaving' | 'arriving'

/** A process of the service, or what stands for one here. */
export interface Service {
  readonly app: App
  /** Told of everything the service says. */
  onEvent(listener: (event: ServiceEvent) => void): void
}

/** What no text may repeat: the token of Zenodo, and signatures of sources. */
export const sourceSecret = 'presigned-and-secret'

export function placeOfContent(content: number): string {
  return `content-${content}`
}

export async function openStage(database: TestDatabase): Promise<Stage> {
  await migrate(database.owner.db)
  const emulator = await createEmulator({ settings: { externalDoiFiles: 'granted', requestsPerMinute: 0 } })
  const source = await createSourceServer()
  for (const [content, bytes] of contents.entries()) source.put(placeOfContent(content), bytes)
  const zenodo = viewZenodo(emulator.url)
  return {
    database,
    emulator,
    zenodo,
    source,
    async sweep({ lagMs, filesPerRecord }) {
      for (const content of contents.keys()) source.misbehave(placeOfContent(content), () => undefined, 0)
      await emulator.reset()
      await zenodo.settings({ requestsPerHour: 0, indexLagSeconds: lagMs / 1000, filesPerRecord })
      await sweepDatabase(database)
    },
    async openService(settings, role) {
      const app = await openApp(configFor({ database, emulator }, settings, role))
      return { app, onEvent: (listener) => void app.onEvent(listener) }
    },
    async close() {
      await emulator.close()
      await source.close()
      await database.drop()
    },
  }
}

function configFor(
  { database, emulator }: Pick<Stage, 'database' | 'emulator'>,
  settings: HistorySettings,
  role: ServiceRole,
) {
  const { config } = loadConfig({
    env: {},
    // a host each, as two workers on one host would wait for each other's lock
    hostname: role === 'arriving' ? 'second-host' : 'first-host',
    flags: {
      ...quickSettings,
      'database.url': database.url,
      'zenodo.url': emulator.url,
      'zenodo.token': emulator.token,
      'zenodo.api': settings.api,
      'data.doi': settings.dataDoi,
      'worker.slots': settings.slots,
      'worker.filesInFlight': settings.filesInFlight,
      'limits.filesPerRecord': settings.filesPerRecord,
      'transfer.stallSeconds': 0.5,
      ...(role === 'leaving' ? { 'worker.lease.ttlSeconds': 0.6 } : {}),
      ...(role === 'arriving' ? { 'worker.lease.quarantineSeconds': 0.4 } : {}),
    },
  })
  return config
}

/** Children before parents. */
const tables = [
  'outbox',
  'incidents',
  'digests',
  'zenodo_copy_events',
  'zenodo_copy_files',
  'zenodo_copy_archives',
  'zenodo_copies',
  'dataset_versions',
  'datasets',
  'lease_history',
  'worker_status',
  'leases',
  'switches',
]

async function sweepDatabase({ db }: TestDatabase): Promise<void> {
  for (const table of tables) await db.knex(table).del()
}
