/** Where do the databases that only peers need come from? Throwaway servers on free ports, durable as their users should run them. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chown, mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findTool } from './shell.ts'

const run = promisify(execFile)

/** A server, or why there is none. */
export interface PeerServer {
  readonly missing: string | null
  /** Version and durability. */
  readonly about: string
  /** When it has written what it says it has. */
  readonly durability: string
  /** @returns the address of an empty database */
  create(): Promise<string>
  stop(): Promise<void>
}

function none(missing: string): PeerServer {
  return { missing, about: '', durability: '', create: () => Promise.reject(new Error(missing)), stop: async () => {} }
}

/** Every command is on disk before it is answered: without that a crash loses jobs that were answered for. */
const durable = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'always']

export async function startRedis(): Promise<PeerServer> {
  const server = await findTool('redis-server')
  if (server === null) return none('there is no Redis (Debian: redis-server)')
  const { stdout } = await run(server, ['--version'])
  const version = /v=(\S+)/.exec(stdout)?.[1]
  const port = await freePort()
  const started = await startIn(async (folder) => {
    return [server, '--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, ...durable]
  })
  await untilOpen(port, started)
  const create = async () => {
    const socket = connect(port, '127.0.0.1').end('FLUSHALL\r\n').resume()
    await once(socket, 'close')
    return `redis://127.0.0.1:${port}/0`
  }
  return {
    missing: null,
    about: `${version}, appendonly yes, appendfsync always`,
    durability: 'AOF always',
    create,
    stop: started.stop,
  }
}

export async function startPostgres(): Promise<PeerServer> {
  const folderOfTools = await findPostgres()
  if (folderOfTools === null) return none('there is no PostgreSQL (Debian: postgresql)')
  const tool = (name: string) => join(folderOfTools, name)
  const { stdout } = await run(tool('postgres'), ['--version'])
  const port = await freePort()
  const [as, owner] = await unprivileged()
  const started = await startIn(async (folder) => {
    if (owner !== null) await chown(folder, owner, owner)
    const init = [...as, tool('initdb'), '-D', folder, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--no-locale']
    await run(init[0] ?? '', init.slice(1))
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=']
    return [...as, tool('postgres'), '-D', folder, ...settings.flatMap((setting) => ['-c', setting])]
  })
  await untilOpen(port, started)
  let databases = 0
  const create = async () => {
    databases += 1
    const name = `bench${databases}`
    await run(tool('createdb'), ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'bench', name])
    return `postgres://bench@127.0.0.1:${port}/${name}`
  }
  const version = /\d+\.\d+/.exec(stdout)?.[0]
  return {
    missing: null,
    about: `${version}, fsync and synchronous_commit on`,
    durability: 'fsync on',
    create,
    stop: started.stop,
  }
}

/** Debian keeps it out of the PATH. */
async function findPostgres(): Promise<string | null> {
  const found = await findTool('postgres')
  if (found !== null) return dirname(await realpath(found))
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  for (const version of versions.sort((a, b) => Number(b) - Number(a))) {
    const folder = `/usr/lib/postgresql/${version}/bin`
    if (await isThere(join(folder, 'postgres'))) return folder
  }
  return null
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** PostgreSQL refuses to run as root. @returns what to put before a command, and the number of the user */
async function unprivileged(): Promise<readonly [readonly string[], number | null]> {
  if (process.getuid?.() !== 0) return [[], null]
  const { stdout } = await run('id', ['-u', 'postgres']).catch(() => run('id', ['-u', 'nobody']))
  const user = stdout.trim()
  return [['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'], Number(user)]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Started {
  readonly child: ChildProcess
  readonly stop: () => Promise<void>
}

/** In a temporary folder of its own, on the disk where the other databases are as well. */
async function startIn(commandIn: (folder: string) => Promise<readonly string[]>): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-bench-'))
  const command = await commandIn(folder)
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore', cwd: '/' })
  const kill = () => child.kill('SIGKILL')
  process.on('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    const running = child.exitCode === null && child.signalCode === null
    if (running && child.kill('SIGINT')) await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
  return { child, stop }
}

async function untilOpen(port: number, { child, stop }: Started): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (open) return
    await delay(100)
  }
  await stop()
  throw new Error(`${child.spawnargs.join(' ')} did not start`)
}
