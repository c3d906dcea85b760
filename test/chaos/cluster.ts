/** Which database do the workers have in a run on a cluster? Three nodes of Galera behind HAProxy, any of which can be ended or split off. */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import { migrate } from '../../src/db/migrate.ts'
import { makeGalera, type Node, provideGalera } from '../hosts/galera.ts'
import { startHaproxy } from '../hosts/haproxy.ts'
import { reach } from '../hosts/programs.ts'
import { makeMariadb } from '../support/make-database.ts'
import { createNetwork, networkMissing } from '../support/network.ts'
import type { ChaosDatabase } from './database.ts'
import { patiently } from './patiently.ts'

const names = ['n1', 'n2', 'n3'] as const
/** HAProxy looks every half second, and believes what it saw twice. */
const noticedMs = 2500

/** Migrated. @returns null when there is no cluster to be had here */
export async function openCluster(): Promise<ChaosDatabase | null> {
  const program = (await networkMissing()) === null ? await provideGalera() : null
  if (program === null) return null
  const folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-chaos-cluster-'))
  // the servers run as a user of their own
  await chmod(folder, 0o755)
  const network = await createNetwork([...names, 'proxy', 'desk'])
  const nodes = await makeGalera(program, { network, names, folder })
  const proxy = await startHaproxy(network.host('proxy'), { nodes, folder })
  const reached = await reach(network.host('proxy'), 3306, { through: network.host('desk'), folder })
  const url = Object.assign(new URL(nodes[0]?.url ?? ''), { host: `127.0.0.1:${reached.value}` }).href
  const database = await patiently(() => makeMariadb(url))
  await migrate(database.owner.db)
  let turn = 0
  const next = () => turn++ % names.length
  return {
    server: {
      stop: async (signal) => await nodes[next()]?.stop(signal),
      async start() {
        for (const node of nodes) await node.start()
        await delay(noticedMs)
      },
    },
    database,
    setClock: null,
    disk: null,
    split: {
      async cut() {
        const one = next()
        for (const other of names) if (other !== names[one]) await network.cut(names[one] ?? '', other)
      },
      async heal() {
        await network.heal()
        await delay(noticedMs)
      },
    },
    missing: ['On a cluster, nodes are split off instead of stepping the clock and filling the disk.'],
    administer: async (sql) => void (await Promise.all(nodes.map((node) => administer(node, sql)))),
    async close() {
      await Promise.all([database.db.close(), database.owner.db.close()])
      await reached.stop()
      await proxy.stop()
      for (const node of nodes) await node.remove()
      await network.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function administer({ socketPath, url }: Node, sql: string): Promise<void> {
  const { username: user, password } = new URL(url)
  const connection = await mysql.createConnection({ socketPath, user, password })
  try {
    await connection.query(sql)
  } finally {
    await connection.end()
  }
}
