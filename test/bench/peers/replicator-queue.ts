/** This product's table as a queue: its own enqueue, its own claim and settle, under a real lease. */

import { openDatabase } from '../../../src/db/connection.ts'
import { createStore, type Store } from '../../../src/db/store.ts'
import { type EnqueueRequest, enqueueAll } from '../../../src/replication/enqueue.ts'
import type { LeaseProof } from '../../../src/replication/ports/work-store.ts'
import type { QueueContender, QueueJob } from '../contender.ts'
import { smallManifest } from '../parts/manifest.ts'
import { enqueueRates } from '../parts/queue-rates.ts'

const batch = 100

export const contender: QueueContender = {
  name: 'zenodo-replicator',
  enters: ['queue', 'queue-growth'],
  databases: ['sqlite', 'mariadb'],
  work: async (job) => {
    const db = openDatabase(job.databaseUrl)
    const store = createStore(db)
    const proof = await lead(store)
    const add = adder(store)
    const filled = job.race === 'queue' ? await enqueueRates(job, add) : await fill(job, add)
    const single = await drain({ store, proof }, job, { copies: job.single, slots: 1 })
    const batched =
      job.race === 'queue' ? await drain({ store, proof }, job, { copies: job.many / 2, slots: batch }) : null
    await store.leases.release(proof)
    await db.close()
    const claims = [...single.claimMs].sort((a, b) => a - b)
    return {
      ...filled,
      drainSingle: single.rate,
      ...(batched === null ? {} : { drainBatch: batched.rate }),
      claimP50: quantile(claims, 0.5),
      claimP99: quantile(claims, 0.99),
      claims: claims.length,
    }
  },
}

function adder(store: Store) {
  const run = `${process.pid}-${Date.now()}`
  let added = 0
  const several = async (count: number) => {
    const requests = Array.from({ length: count }, () => {
      added += 1
      return requestFor(`10.5072/${run}-${added}`)
    })
    await enqueueAll({ intake: store.intake, emit: () => {} }, requests)
  }
  return { one: () => several(1), several }
}

async function fill(job: QueueJob, { several }: ReturnType<typeof adder>) {
  await several(job.single)
  return {}
}

async function lead({ leases }: Store): Promise<LeaseProof> {
  const seen = await leases.look('zenodo')
  const term = await leases.acquire(seen, { holder: 'bench', host: 'bench', ttlMs: 600_000 })
  if (term === null) throw new Error('somebody else has the lease')
  return { name: 'zenodo', holder: 'bench', term }
}

function requestFor(doi: string): EnqueueRequest {
  const checksum = `md5:${'0'.repeat(32)}`
  const file = { path: 'a.csv', size: 1000, source: 'https://files.example/a.csv', checksum }
  const rest = { fileRoot: null, publish: false, priority: null, runAfter: null, requestedBy: 'bench' }
  return { manifest: smallManifest(doi, [file]), types: ['data'], ...rest }
}

/** Claims up to the slots, settles what was claimed as slots do, each for itself, and goes on when all are free again. */
async function drain(
  { store: { work }, proof }: { store: Store; proof: LeaseProof },
  job: QueueJob,
  { copies, slots }: { copies: number; slots: number },
): Promise<{ readonly rate: number; readonly claimMs: readonly number[] }> {
  const claimMs: number[] = []
  const start = performance.now()
  let done = 0
  while (done < copies && performance.now() - start < job.seconds * 1000) {
    const before = performance.now()
    const request = { proof, slots: Math.min(slots, copies - done), largeSlots: slots, largeBytes: 5e9, only: null }
    const claimed = await work.claim(request)
    claimMs.push(performance.now() - before)
    if (claimed.length === 0) throw new Error(`nothing to claim after ${done} of ${copies}`)
    const finished = { kind: 'finished', attempt: true, messages: [] } as const
    await Promise.all(claimed.map(({ copy }) => work.settle(proof, copy.id, finished)))
    done += claimed.length
  }
  return { rate: done / ((performance.now() - start) / 1000), claimMs }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
