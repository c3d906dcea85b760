/** How do workers reach the node that is in order? One address: HAProxy, as docs/operating.md tells to set it up. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../support/network.ts'
import type { Node } from './galera.ts'

export interface Proxy {
  readonly port: number
  stop(): Promise<void>
}

/** One node at a time takes all; the next one when that is not ready any more, and connections to the old one are cut then. */
export async function startHaproxy(
  host: Host,
  { nodes, folder }: { readonly nodes: readonly Node[]; readonly folder: string },
): Promise<Proxy> {
  const [check, settings] = [join(folder, 'is-ready'), join(folder, 'haproxy.cfg')]
  const { username, password } = new URL(nodes[0]?.url ?? '')
  await writeFile(check, checkScript(username, password))
  await chmod(check, 0o700)
  const servers = nodes.map(
    ({ name, url }, index) =>
      `  server ${name} ${new URL(url).host} check ${index === 0 ? 'on-marked-up shutdown-backup-sessions' : 'backup'}`,
  )
  await writeFile(settings, [...header(host.address, check), ...servers, ''].join('\n'))
  const [command = '', ...args] = [...host.within, 'haproxy', '-db', '-f', settings]
  const child = spawn(command, args, { stdio: 'ignore' })
  process.on('exit', () => child.kill('SIGKILL'))
  return { port: 3306, stop: async () => await end(child) }
}

function header(address: string, check: string): string[] {
  return [
    'global',
    '  external-check',
    '  insecure-fork-wanted',
    'defaults',
    '  mode tcp',
    '  timeout connect 2s',
    '  timeout client 1h',
    '  timeout server 1h',
    'listen galera',
    `  bind ${address}:3306`,
    '  option external-check',
    `  external-check command ${check}`,
    '  external-check path /usr/bin:/bin',
    '  timeout check 2s',
    '  default-server inter 500ms fall 2 rise 2 on-marked-down shutdown-sessions',
  ]
}

/** HAProxy hands over: its own address and port, then those of the server. */
function checkScript(user: string, password: string): string {
  return `#!/bin/sh
export MYSQL_PWD='${password}'
[ "$(mariadb --no-defaults --connect-timeout=1 -h "$3" -P "$4" -u ${user} -Nse "SHOW STATUS LIKE 'wsrep_ready'" | cut -f2)" = ON ]
`
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
