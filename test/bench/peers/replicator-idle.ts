/** This product's worker with nothing to do: what it costs the database and its own process. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Database, openDatabase } from '../../../src/db/connection.ts'
import { nextDueInMs } from '../../../src/db/next-due.ts'
import { createStore } from '../../../src/db/store.ts'
import { startBareWorker } from '../../support/bare-worker.ts'
import { rowsRead } from '../../support/rows-read.ts'
import type { QueueContender } from '../contender.ts'

/** As in config/default.yaml. */
const pollMs = 1000
/** Until then the pauses between its looks have grown to the longest. */
const settledMs = 1700

export const contender: QueueContender = {
  name: 'zenodo-replicator',
  enters: ['queue-idle'],
  once: ['queue-idle'],
  databases: ['sqlite', 'mariadb'],
  work: async ({ databaseUrl, seconds }) => {
    const db = openDatabase(databaseUrl)
    let statements = 0
    const worker = await startBareWorker({
      ...{ store: createStore(db), label: databaseUrl, slots: 3, pollMs },
      run: async ({ copy }) => {
        throw new Error(`the queue is not empty: copy ${copy.id} can run`)
      },
    })
    await delay(settledMs)
    db.knex.on('query', () => (statements += 1))
    const before = process.cpuUsage()
    const start = performance.now()
    await delay(seconds * 1000)
    const { user, system } = process.cpuUsage(before)
    const elapsed = (performance.now() - start) / 1000
    const idle = { statements: statements / elapsed, cpu: (user + system) / 1000 / elapsed }
    await worker.stop()
    const reads = await readsOfALook(db)
    await db.close()
    return { ...idle, ...reads }
  },
}

/** Counted by MariaDB; SQLite has no such counter. */
async function readsOfALook(db: Database): Promise<Record<string, number>> {
  return db.knex.client.dialect === 'mysql' ? { reads: await rowsRead(db, nextDueInMs) } : {}
}
