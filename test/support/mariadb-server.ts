/** How is a MariaDB of our own made, ended in whichever way, and started again with what it had? */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import { isRoot } from './install-packages.ts'

const run = promisify(execFile)

export interface MariadbServer {
  /** Of a user who may do everything. */
  readonly url: string
  /** Reaches it from any network. */
  readonly socketPath: string
  /** Starts it, also again, unless it runs; resolves once it answers. */
  start(): Promise<void>
  /** Resolves when its process is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Ends it, and removes its folder. */
  remove(): Promise<void>
}

export interface ServerPlace {
  /** Where its folder is made. */
  readonly parent?: string
  readonly env?: Readonly<Record<string, string>>
  /** Where it listens. Default 127.0.0.1, on a free port. */
  readonly address?: string
  readonly port?: number
  /** What its command line begins with, to run it on a host of a `Network`. */
  readonly within?: readonly string[]
  /** As whom it runs and owns its folder, when root starts it. Default root. */
  readonly user?: string
  /** Of the user in its address; default one of its own. */
  readonly password?: string
  /** It gets its data from elsewhere when it starts. */
  readonly isEmpty?: boolean
  /** Further options, asked for at each start. */
  readonly more?: () => readonly string[]
}

/** With an empty data folder; nothing runs yet. @param program path of a mariadbd or mysqld */
export async function makeServer(
  program: string,
  {
    parent = tmpdir(),
    env,
    address = '127.0.0.1',
    within = [],
    password = crypto.randomUUID(),
    ...place
  }: ServerPlace = {},
): Promise<MariadbServer> {
  const folder = await mkdtemp(join(parent, 'zenodo-replicator-mariadb-'))
  const data = join(folder, 'data')
  if (place.isEmpty === true) await mkdir(data)
  else await makeDataFolder(program, data)
  const init = join(folder, 'init.sql')
  const who = "'test'@'%'"
  const grants = `CREATE USER IF NOT EXISTS ${who} IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO ${who} WITH GRANT OPTION;\n`
  await writeFile(init, grants, { mode: 0o600 })
  if (place.user !== undefined) await run('chown', ['-R', place.user, folder])
  const port = place.port ?? (await freePort())
  const url = `mysql://test:${password}@${address}:${port}/mysql`
  const socketPath = join(folder, 'sock')
  let child: ChildProcess | null = null
  const killAtExit = () => void child?.kill('SIGKILL')
  process.on('exit', killAtExit)
  const server: MariadbServer = {
    url,
    socketPath,
    async start() {
      if (child !== null && isAlive(child)) return
      const options = serverOptions({ data, folder, port, init, address, user: place.user ?? 'root' })
      const [command = program, ...args] = [...within, program, ...options, ...(place.more?.() ?? [])]
      child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
      const lastWords: string[] = []
      child.stderr?.on('data', (chunk: Buffer) => lastWords.splice(0, Math.max(0, lastWords.push(String(chunk)) - 20)))
      await ready({ socketPath, user: 'test', password }, child, lastWords)
    },
    stop: async (signal) => await end(child, signal),
    async remove() {
      process.off('exit', killAtExit)
      await end(child, 'SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
  return server
}

async function makeDataFolder(program: string, data: string): Promise<void> {
  const asRoot = isRoot ? ['--user=root'] : []
  const installer = program.endsWith('mariadbd') ? 'mariadb-install-db' : null
  if (installer === null) {
    await run(program, ['--no-defaults', '--initialize-insecure', `--datadir=${data}`, ...asRoot])
    return
  }
  const quick = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']
  await run(installer, ['--no-defaults', `--datadir=${data}`, ...quick, ...asRoot])
}

/** Small and quick: what the tests write need not survive a power cut. */
function serverOptions(options: {
  data: string
  folder: string
  port: number
  init: string
  address: string
  user: string
}): string[] {
  return [
    '--no-defaults',
    ...(isRoot ? [`--user=${options.user}`] : []),
    `--datadir=${options.data}`,
    `--socket=${join(options.folder, 'sock')}`,
    `--pid-file=${join(options.folder, 'pid')}`,
    // not the common one: a server that starts there removes the temporary tables of all others
    `--tmpdir=${options.folder}`,
    `--port=${options.port}`,
    `--init-file=${options.init}`,
    `--bind-address=${options.address}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=128M',
  ]
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function ready(how: mysql.ConnectionOptions, child: ChildProcess, lastWords: readonly string[]): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await delay(100)) {
    if (child.exitCode !== null) break
    if (await answers(how)) return
  }
  throw new Error(`The MariaDB for the tests did not start:\n${lastWords.join('')}`)
}

async function answers(how: mysql.ConnectionOptions): Promise<boolean> {
  return await mysql
    .createConnection(how)
    .then((connection) => connection.end())
    .then(
      () => true,
      () => false,
    )
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

async function end(child: ChildProcess | null, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child === null || !isAlive(child)) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
