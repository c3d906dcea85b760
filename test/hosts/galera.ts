/** How does a test get a Galera cluster of three nodes, each on a host of its own? */
import { access } from 'node:fs/promises'
import { findProgram, installPackages, mayInstall } from '../support/install-packages.ts'
import { provideProgram } from '../support/mariadb.ts'
import { type MariadbServer, makeServer } from '../support/mariadb-server.ts'
import type { Network } from '../support/network.ts'

/** The provider that makes a server a node. */
const provider = '/usr/lib/galera/libgalera_smm.so'

/** Quick to notice that a node is gone: the defaults are five times as long. */
const quick = [
  'evs.keepalive_period=PT0.3S',
  'evs.inactive_check_period=PT0.3S',
  'evs.suspect_timeout=PT1S',
  'evs.inactive_timeout=PT3S',
  'evs.install_timeout=PT3S',
  // how long a read waits for what others committed: 30 s, when the node is cut off and does not know yet
  'repl.causal_read_timeout=PT2S',
  'gcache.size=32M',
]

export interface Node extends MariadbServer {
  readonly name: string
}

/** Installs what is needed where that is allowed. @returns the server program, or null when there is no cluster to be had here */
export async function provideGalera(): Promise<string | null> {
  const program = await provideProgram()
  const parts = await Promise.all([findProgram('rsync'), findProgram('haproxy'), findProgram('mariadb')])
  if (program !== null && (parts.includes(null) || !(await hasProvider())) && (await mayInstall()))
    await installPackages('galera-4', 'rsync', 'haproxy', 'mariadb-client')
  return (await hasProvider()) ? program : null
}

/** Started, and all of one mind. The first one makes the cluster, and joins it again when it is started again. */
export async function makeGalera(
  program: string,
  { network, names, folder }: { readonly network: Network; readonly names: readonly string[]; readonly folder: string },
): Promise<Node[]> {
  const password = crypto.randomUUID()
  const addresses = names.map((name) => network.host(name).address)
  const nodes: Node[] = []
  for (const [index, name] of names.entries()) {
    const host = network.host(name)
    let isNew = index === 0
    const more = () => {
      const first = isNew ? ['--wsrep-new-cluster'] : []
      isNew = false
      return [...optionsOf(name, host.address, addresses), ...first]
    }
    const node = await makeServer(program, {
      parent: folder,
      ...host,
      port: 3306,
      password,
      user: 'mysql',
      isEmpty: index > 0,
      more,
    })
    nodes.push({ ...node, name })
    await node.start()
  }
  return nodes
}

function optionsOf(name: string, address: string, addresses: readonly string[]): string[] {
  return [
    '--wsrep-on=ON',
    `--wsrep-provider=${provider}`,
    `--wsrep-provider-options=${quick.join(';')}`,
    '--wsrep-cluster-name=test',
    `--wsrep-cluster-address=gcomm://${addresses.join(',')}`,
    `--wsrep-node-name=${name}`,
    `--wsrep-node-address=${address}`,
    '--wsrep-sst-method=rsync',
    '--wsrep-slave-threads=2',
    '--binlog-format=ROW',
    '--innodb-autoinc-lock-mode=2',
  ]
}

async function hasProvider(): Promise<boolean> {
  return await access(provider).then(
    () => true,
    () => false,
  )
}
