/** Where does a MariaDB for the tests come from? The one named, the one installed, or one installed now where we may. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

export interface ProvidedMariadb {
  readonly url: string | null
  readonly missing: string | null
  stop(): Promise<void>
}

/** TEST_MYSQL_URL wins, and nothing is started then. `stop` ends what was started here, and removes its folder. */
export async function provideMariadb(): Promise<ProvidedMariadb> {
  const given = process.env.TEST_MYSQL_URL
  if (given) return { url: given, missing: null, stop: async () => undefined }
  const found = (await findServer()) ?? ((await mayInstall()) ? await install() : null)
  if (found !== null) return await start(found)
  const missing =
    'The tests on MariaDB are skipped: there is no mariadbd or mysqld here, and none may be installed. Install mariadb-server, or name a server in TEST_MYSQL_URL.'
  return { url: null, missing, stop: async () => undefined }
}

async function findServer(): Promise<string | null> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/usr/libexec']
  for (const name of ['mariadbd', 'mysqld']) {
    for (const folder of folders) {
      const path = join(folder, name)
      if (await isExecutable(path)) return path
    }
  }
  return null
}

async function isExecutable(path: string): Promise<boolean> {
  return await succeeds(access(path, constants.X_OK))
}

async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return await attempt.then(
    () => true,
    () => false,
  )
}

async function mayInstall(): Promise<boolean> {
  if (!(await isExecutable('/usr/bin/apt-get'))) return false
  return isRoot || (await succeeds(run('sudo', ['-n', 'true'])))
}

/** policy-rc.d is Debian's way to install a service without starting it; one that is there already is left alone. */
const installing = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get -o DPkg::Lock::Timeout=300 -q update
apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install mariadb-server
`

async function install(): Promise<string | null> {
  process.stderr.write('Installing mariadb-server for the tests…\n')
  const shell = ['env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', installing]
  const command = isRoot ? shell : ['sudo', '-n', ...shell]
  await run(command[0] ?? 'env', command.slice(1), { maxBuffer: 64 << 20 })
  return await findServer()
}

async function start(server: string): Promise<ProvidedMariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-mariadb-'))
  const data = join(folder, 'data')
  const password = crypto.randomUUID()
  await makeDataFolder(server, data)
  const init = join(folder, 'init.sql')
  const grants = `CREATE USER 'test'@'%' IDENTIFIED BY '${password}'; GRANT ALL ON *.* TO 'test'@'%' WITH GRANT OPTION;`
  await writeFile(init, `${grants.replace('; ', ';\n')}\n`, { mode: 0o600 })
  const port = await freePort()
  const child = spawn(server, serverOptions({ data, folder, port, init }), { stdio: ['ignore', 'ignore', 'pipe'] })
  const lastWords: string[] = []
  child.stderr.on('data', (chunk: Buffer) => lastWords.splice(0, Math.max(0, lastWords.push(String(chunk)) - 20)))
  const killAtExit = () => child.kill('SIGKILL')
  process.on('exit', killAtExit)
  const url = `mysql://test:${password}@127.0.0.1:${port}/mysql`
  await ready(url, child, lastWords)
  const stop = async () => {
    process.off('exit', killAtExit)
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  return { url, missing: null, stop }
}

async function makeDataFolder(server: string, data: string): Promise<void> {
  const asRoot = isRoot ? ['--user=root'] : []
  const installer = server.endsWith('mariadbd') ? 'mariadb-install-db' : null
  if (installer === null) {
    await run(server, ['--no-defaults', '--initialize-insecure', `--datadir=${data}`, ...asRoot])
    return
  }
  const quick = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']
  await run(installer, ['--no-defaults', `--datadir=${data}`, ...quick, ...asRoot])
}

/** Small and quick: what the tests write need not survive a power cut. */
function serverOptions(options: { data: string; folder: string; port: number; init: string }): string[] {
  return [
    '--no-defaults',
    ...(isRoot ? ['--user=root'] : []),
    `--datadir=${options.data}`,
    `--socket=${join(options.folder, 'sock')}`,
    `--pid-file=${join(options.folder, 'pid')}`,
    // not the common one: a server that starts there removes the temporary tables of all others
    `--tmpdir=${options.folder}`,
    `--port=${options.port}`,
    `--init-file=${options.init}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=128M',
  ]
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function ready(url: string, child: ChildProcess, lastWords: readonly string[]): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await delay(100)) {
    if (child.exitCode !== null) break
    if (await succeeds(mysql.createConnection(url).then((connection) => connection.end()))) return
  }
  throw new Error(`The MariaDB for the tests did not start:\n${lastWords.join('')}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await gone
}
