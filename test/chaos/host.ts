/** What is a host here? A name, the proxies of what runs on it, and a supervisor that starts its worker again, as systemd does. */
import { setTimeout as delay } from 'node:timers/promises'
import { type ServiceProcess, startService } from '../support/service-process.ts'
import { openDatabaseProxy } from './database-proxy.ts'
import type { Journal } from './journal.ts'
import type { Gate } from './wire-proxy.ts'
import { openZenodoProxy } from './zenodo-proxy.ts'

const restartMs = 100
/** Much longer than an orderly stop takes. */
const stopMs = 20_000

export interface Host {
  readonly name: string
  /** Of the worker process that is there now, or was last. */
  worker(): number
  signal(name: NodeJS.Signals): void
  /** Starts the worker, and again whenever it ends, until `close` or `leave`. */
  start(): void
  /** The worker is killed, and nobody starts it again before the next `start`. */
  leave(): Promise<void>
  /** A process that is not supervised, as somebody starts it by hand: on a host that was not started, to be told apart by its calls. */
  run(args: readonly string[]): ServiceProcess
  /** Ends the worker in order; by force when it does not end in time. @returns how it ended */
  stop(): Promise<number | NodeJS.Signals>
  /** After `stop`. */
  close(): Promise<void>
}

/** How a worker process ended, and all it said. */
export interface Past {
  readonly host: string
  readonly worker: number
  readonly end: number | NodeJS.Signals
  readonly said: string
}

export interface HostPorts {
  readonly journal: Journal
  readonly gate: Gate
  readonly zenodo: { readonly url: string; readonly token: string }
  /** Of the user of the workers. */
  readonly databaseUrl: string
  readonly env: Readonly<Record<string, string>>
  /** Counts the processes of all hosts. */
  readonly count: () => number
  readonly onEnd: (past: Past) => void
}

export async function openHost(name: string, ports: HostPorts): Promise<Host> {
  let number = 0
  let running: ServiceProcess | null = null
  let wanted = false
  let supervising: Promise<void> = Promise.resolve()
  const about = { ...ports, worker: () => number }
  const zenodo = await openZenodoProxy(ports.zenodo.url, about)
  const databaseUrl = new URL(ports.databaseUrl)
  const database = await openDatabaseProxy(Number(databaseUrl.port), about)
  databaseUrl.port = String(database.port)
  const run = (args: readonly string[]) =>
    startService(args, {
      ...ports.env,
      DATABASE_URL: databaseUrl.href,
      ZENODO_URL: `http://127.0.0.1:${zenodo.port}`,
      ZENODO_TOKEN: ports.zenodo.token,
      ZENODO_REPLICATOR_HOSTNAME: name,
    })
  const supervise = async () => {
    while (wanted) {
      number = ports.count()
      running = run(['worker'])
      const worker = number
      const end = await running.ended()
      const { stdout, stderr } = running.said()
      ports.onEnd({ host: name, worker, end, said: `${stdout}\n${stderr}` })
      await delay(restartMs)
    }
  }
  return {
    name,
    worker: () => number,
    signal: (signal) => running?.signal(signal),
    run(args) {
      number = ports.count()
      return run(args)
    },
    start() {
      wanted = true
      supervising = supervise()
    },
    async leave() {
      wanted = false
      running?.signal('SIGKILL')
      await supervising
    },
    async stop() {
      wanted = false
      running?.signal('SIGTERM')
      const late = setTimeout(() => running?.signal('SIGKILL'), stopMs)
      await supervising
      clearTimeout(late)
      return (await running?.ended()) ?? 0
    },
    async close() {
      await zenodo.close()
      await database.close()
    },
  }
}
