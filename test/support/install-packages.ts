/** How do tests get the programs they need? Debian packages, installed now where we may. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const isRoot = process.getuid?.() === 0

/** @returns the path of the first of these programs that is here, or null */
export async function findProgram(...names: string[]): Promise<string | null> {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin', '/sbin', '/usr/libexec']
  for (const name of names) {
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

/** Whether `installPackages` can work here. */
export async function mayInstall(): Promise<boolean> {
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
apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends install "$@"
`

/** No service of theirs is started. */
export async function installPackages(...packages: string[]): Promise<void> {
  process.stderr.write(`Installing ${packages.join(', ')} for the tests…\n`)
  const shell = ['env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', installing, 'sh', ...packages]
  const command = isRoot ? shell : ['sudo', '-n', ...shell]
  await run(command[0] ?? 'env', command.slice(1), { maxBuffer: 64 << 20 })
}
