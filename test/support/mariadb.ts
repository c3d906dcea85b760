/** Where does a MariaDB for the tests come from? The one named, the one installed, or one installed now where we may. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeServer } from './mariadb-server.ts'

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
  const found = await provideProgram()
  if (found !== null) {
    const server = await makeServer(found)
    await server.start()
    return { url: server.url, missing: null, stop: server.remove }
  }
  const missing =
    'The tests on MariaDB are skipped: there is no mariadbd or mysqld here, and none may be installed. Install mariadb-server, or name a server in TEST_MYSQL_URL.'
  return { url: null, missing, stop: async () => undefined }
}

/** @returns the path of a server, or null when there is none and none may be installed. */
export async function provideProgram(): Promise<string | null> {
  return (await findServer()) ?? ((await mayInstall()) ? await install() : null)
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
