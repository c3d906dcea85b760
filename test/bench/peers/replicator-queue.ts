/** This product's table as a queue: its own enqueue, its own claim and settle, under a real lease. */

import { openDatabase } from '../../../src/db/connection.ts'
import { createStore, type Store } from '../../../src/db/store.ts'
import type { ClaimedCopy, Ending, LeaseProof } from '../../../src/replication/ports/work-store.ts'
import type { Numbers, QueueContender, QueueJob } from '../contender.ts'
import { enqueueRequests, jobsOf, lead, quantile, requestsFor, rising } from '../parts/queue-own.ts'
import { enqueueRates, ratePerSecond } from '../parts/queue-rates.ts'

const batch = 100

export const contender: QueueContender = {
  name: 'zenodo-replicator',
  enters: ['queue', 'queue-growth'],
  databases: ['sqlite', 'mariadb'],
  work: async (job) => {
    const db = openDatabase(job.databaseUrl)
    const store = createStore(db)
    const proof = await lead(store)
    const add = adder(store, job.race === 'queue' ? job.single + job.many : 2 * job.single)
    const leader = { store, proof }
    const numbers = job.race === 'queue' ? await throughput(leader, job, add) : await claimCosts(leader, job, add)
    await store.leases.release(proof)
    await db.close()
    return numbers
  },
}

async function throughput(leader: Leader, job: QueueJob, add: Adder): Promise<Numbers> {
  const enqueued = await enqueueRates(job, add)
  const drainSingle = await drain(leader, job, { copies: job.single, slots: 1 })
  return { ...enqueued, drainSingle, drainBatch: await drain(leader, job, { copies: job.many / 2, slots: batch }) }
}

async function claimCosts(leader: Leader, job: QueueJob, add: Adder): Promise<Numbers> {
  await add.several(2 * job.single)
  const claims = await claimTimes(leader, job, job.single)
  const drainSingle = await drain(leader, job, { copies: job.single, slots: 1 })
  return { drainSingle, claimP50: quantile(claims, 0.5), claimP99: quantile(claims, 0.99), claims: claims.length }
}

type Adder = ReturnType<typeof adder>

/** The requests are there before the clock runs, as the jobs of others are: reading and checking a manifest is not the queue's. */
function adder(store: Store, most: number) {
  const requests = requestsFor(jobsOf('no-op')(most))
  const several = (count: number) => enqueueRequests(store, requests.splice(0, count))
  return { one: () => several(1), several }
}

const finished = { kind: 'finished', attempt: true, messages: [] } as const

interface Leader {
  readonly store: Store
  readonly proof: LeaseProof
}

/** As the worker does: all that runs ends, and what takes its place is claimed in the same transaction. */
async function drain({ store: { work }, proof }: Leader, job: QueueJob, by: { copies: number; slots: number }) {
  let claimed: readonly ClaimedCopy[] = []
  const rate = await ratePerSecond(by.copies, job.seconds, async (done) => {
    if (done === 0) claimed = await work.claim(requestOf(proof, by.slots))
    const ending = claimed
    const left = by.copies - done - ending.length
    const next = left > 0 ? requestOf(proof, Math.min(by.slots, left)) : null
    claimed = (await work.settle(proof, endingsOf(ending), next)).claimed
    return ending.length
  })
  await work.settle(proof, endingsOf(claimed), null)
  return rate
}

function endingsOf(claimed: readonly ClaimedCopy[]): Ending[] {
  return claimed.map(({ copy }) => ({ copyId: copy.id, outcome: finished }))
}

/** @returns the time of each claim of one copy, in milliseconds, from the shortest */
async function claimTimes({ store: { work }, proof }: Leader, job: QueueJob, copies: number): Promise<number[]> {
  const times: number[] = []
  const end = performance.now() + job.seconds * 1000
  while (times.length < copies && performance.now() < end) {
    const before = performance.now()
    const claimed = await work.claim(requestOf(proof, 1))
    times.push(performance.now() - before)
    if (claimed.length === 0) throw new Error(`nothing to claim after ${times.length - 1} of ${copies}`)
    await work.settle(proof, endingsOf(claimed), null)
  }
  return rising(times)
}

function requestOf(proof: LeaseProof, slots: number) {
  return { proof, slots, largeSlots: slots, largeBytes: 5e9, only: null }
}
