/**
 * A local Zenodo: an HTTP server that behaves as Zenodo's deposit API does, for demonstrations and tests.
 * It shares no code with the rest of this package, so that it cannot share its mistakes.
 */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accountId, MAIN_ACCOUNT } from './accounts.ts'
import { type ControlParts, controlRoutes } from './control/control-routes.ts'
import { createFaultList } from './control/faults.ts'
import { createRequestLog } from './control/request-log.ts'
import { openFolderBlobs } from './files/folder-blobs.ts'
import { createMemoryBlobs } from './files/memory-blobs.ts'
import { handleRequest, type Machinery } from './handle-request.ts'
import { createRateLimiter } from './rate-limit.ts'
import { draftFileRoutes } from './rdm/draft-file-routes.ts'
import { draftRoutes } from './rdm/draft-routes.ts'
import { filesOf } from './records-model.ts'
import { bucketRoutes } from './routes/buckets.ts'
import { depositFileRoutes } from './routes/deposit-files.ts'
import { depositionRoutes } from './routes/depositions.ts'
import { extraFormatRoutes } from './routes/extra-formats.ts'
import { pageRoutes } from './routes/pages.ts'
import { recordRoutes } from './routes/records.ts'
import { changeSettings, defaultSettings, type EmulatorSettings } from './settings.ts'
import { type Ledger, noStateKeeper, openStateFolder } from './state-folder.ts'
import { createRecordStore, type RecordStore } from './store.ts'

export type { EmulatorSettings, UserSetting } from './settings.ts'

/** How an emulator is started. */
export interface EmulatorOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string
  /** Port to listen on; 0 takes a free one. Default 0. */
  readonly port?: number
  /** Token of the main account. Default: the one the folder remembers, else a random one. */
  readonly token?: string
  /** Folder that keeps records and files over a restart. Default: memory. */
  readonly dataDir?: string
  /** Switches to start with, over those that the folder remembers. */
  readonly settings?: Partial<EmulatorSettings>
}

/** A running emulator. */
export interface Emulator {
  /** Origin, without `/api`. */
  readonly url: string
  /** Token of the main account. */
  readonly token: string
  /** Forgets depositions, faults, the request log, extra users and settings. Ids go on counting. */
  reset(): Promise<void>
  /** Cuts all connections, stops listening, and ends when nothing is written any more. */
  close(): Promise<void>
}

const routes = [
  ...depositionRoutes,
  ...depositFileRoutes,
  ...bucketRoutes,
  ...draftRoutes,
  ...draftFileRoutes,
  ...recordRoutes,
  ...extraFormatRoutes,
  ...pageRoutes,
]

/** The first concept id; about where Zenodo's counter stands today. */
const FIRST_ID = 20_000_001

/**
 * Starts a local Zenodo.
 * @throws HttpError when `settings` holds unknown names or bad values, and system errors when it cannot listen.
 * @example
 * const emulator = await createEmulator()
 * await fetch(`${emulator.url}/api/deposit/depositions?access_token=${emulator.token}`)
 * await emulator.close()
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const initial = changeSettings(defaultSettings, options.settings ?? {})
  const store = await openStore(options)
  let settings = changeSettings(changeSettings(defaultSettings, store.ledger.settings), options.settings ?? {})
  let origin = ''

  const keepSettings = async (next: EmulatorSettings): Promise<EmulatorSettings> => {
    settings = next
    for (const user of settings.users) accountId(store.ledger.accounts, user.name)
    store.ledger.settings = { ...settings }
    await store.saveLedger()
    return settings
  }
  const log = createRequestLog()
  const faults = createFaultList()
  const limiter = createRateLimiter()
  const control: ControlParts = {
    faults,
    log,
    settings: () => settings,
    applySettings: async (patch) => keepSettings(changeSettings(settings, patch)),
    async reset() {
      faults.clear()
      log.clear()
      limiter.clear()
      await store.clear()
      await keepSettings(initial)
    },
  }
  await keepSettings(settings)

  const closing = new AbortController()
  const { server, settled } = listener({
    closing: closing.signal,
    origin: () => origin,
    settings: () => settings,
    changeSettings(patch) {
      settings = { ...settings, ...patch }
    },
    store,
    faults,
    log,
    limiter,
    routes,
    controlRoutes: controlRoutes(control),
  })
  origin = await listen(server, options)
  return {
    url: origin,
    token: store.ledger.token,
    reset: control.reset,
    close: async () => {
      closing.abort()
      await close(server)
      await settled()
    },
  }
}

async function openStore({ dataDir, token }: EmulatorOptions): Promise<RecordStore> {
  const keeper = dataDir === undefined ? noStateKeeper : await openStateFolder(dataDir)
  const { ledger: remembered, families } = await keeper.load()
  const used = new Set(families.flatMap((family) => family.entries.flatMap(filesOf)).map((file) => file.fileId))
  const blobs = dataDir === undefined ? createMemoryBlobs() : await openFolderBlobs(dataDir, used)
  const ledger: Ledger = remembered ?? { nextId: FIRST_ID, token: '', accounts: [MAIN_ACCOUNT], settings: {} }
  // The counter is saved with the settings and at reset; between those, the ids of the families tell it.
  const highest = Math.max(
    0,
    ...families.flatMap((family) => [family.conceptId, ...family.entries.map(({ id }) => id)]),
  )
  ledger.nextId = Math.max(ledger.nextId, highest + 1)
  ledger.token = token ?? (ledger.token || randomBytes(30).toString('base64url'))
  return createRecordStore({ blobs, keeper, ledger, families })
}

/** The server, and a promise for the end of everything it has begun. */
interface Listener {
  readonly server: Server
  readonly settled: () => Promise<unknown>
}

function listener(machinery: Machinery): Listener {
  const active = new Set<Promise<void>>()
  const handle = (request: IncomingMessage, response: ServerResponse, mustContinue: boolean): void => {
    // A client that goes away in the middle of an answer shows as a socket error; the exchange itself deals with it.
    request.on('error', () => {})
    response.on('error', () => {})
    const exchange = handleRequest(machinery, request, Object.assign(response, { mustContinue }))
      .catch((error: unknown) => {
        process.stderr.write(`The emulator failed while answering: ${(error as Error).stack}\n`)
        response.destroy()
      })
      .finally(() => active.delete(exchange))
    active.add(exchange)
  }
  const server = createServer({ highWaterMark: 1024 * 1024, keepAliveTimeout: 75_000, requestTimeout: 0 })
  server.on('request', (request, response) => handle(request, response, false))
  server.on('checkContinue', (request, response) => handle(request, response, true))
  return { server, settled: () => Promise.all(active) }
}

async function listen(server: Server, { host = '127.0.0.1', port = 0 }: EmulatorOptions): Promise<string> {
  server.listen(port, host)
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const name = isEverywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${actual}`
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
