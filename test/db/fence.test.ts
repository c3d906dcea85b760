/** Does a worker that no longer leads write nothing, whatever it calls? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { Intent, LeaseProof, Outcome, WorkStore } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench, settleOne } from './setup.ts'

const intent: Intent = { operation: 'publish', depositionId: 7, marker: null }
const failure = new Failure('zenodo_unavailable', 'Zenodo did not answer.')
const outcomes: readonly Outcome[] = [
  { kind: 'finished', attempt: true, messages: [{ kind: 'copy.finished', payload: {} }] },
  { kind: 'retry', failure, delayMs: 0 },
  { kind: 'error', failure, attempt: true },
  { kind: 'released', reason: 'shutdown', delayMs: 0 },
]

type Write = (work: WorkStore, proof: LeaseProof, id: number) => Promise<unknown>

/** Writes on a copy that must be claimed under the term. */
const onCopy: Readonly<Record<string, Write>> = {
  enterStep: (work, proof, id) => work.enterStep(proof, id, 'publish'),
  recordStep: (work, proof, id) =>
    work.recordStep(proof, id, { step: 'create', facts: { depositionId: 666 }, settles: null, data: {} }),
  recordFiles: (work, proof, id) =>
    work.recordFiles(proof, id, [{ path: 'a.csv', state: 'sent', md5: 'f'.repeat(32), bytesDone: 3 }]),
  announce: (work, proof, id) => work.announce(proof, id, intent),
  settleIntent: (work, proof, id) => work.settleIntent(proof, id, { intent, outcome: 'done' }),
  repoint: (work, proof, id) => work.repoint(proof, id, { from: 5, to: { depositionId: 666 }, settles: null }),
  ...Object.fromEntries(
    outcomes.map(
      (outcome) =>
        [`settle ${outcome.kind}`, (work, proof, id) => settleOne(work, proof, { copyId: id, outcome })] satisfies [
          string,
          Write,
        ],
    ),
  ),
}

/** Writes that look for their copies themselves. */
const onTable: Readonly<Record<string, Write>> = {
  claim: (work, proof) => work.claim({ proof, slots: 9, largeSlots: 9, largeBytes: 1, only: null }),
  heartbeat: (work, proof, copyId) => work.heartbeat(proof, [{ copyId, bytesDone: 2, filesDone: 1 }]),
  rescue: (work, proof) => work.rescue(proof, { quarantineMs: 0, maxRescues: 3 }),
}

describe.each(databases)('the fence on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  let id = 0
  let run = 0
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())
  beforeEach(async () => {
    await bench.db.knex('zenodo_copies').update({ state: 'cancelled', claim_term: null })
    id = await bench.add({ doi: `10.5061/dryad.f${run++}` })
    await bench.add({ doi: `10.5061/dryad.f${run++}` })
    proof = await bench.lead('old')
    await bench.claim(proof, { only: [id] })
    await bench.db.knex('zenodo_copies').where({ id }).update({ deposition_id: '5' })
  })

  const tables = ['zenodo_copies', 'zenodo_copy_files', 'zenodo_copy_events', 'outbox', 'leases'] as const
  const everything = async () => {
    const rows = await Promise.all(
      tables.map((table) => bench.db.knex(table).orderBy(table === 'leases' ? 'name' : 'id')),
    )
    return JSON.stringify(rows)
  }

  it.each(Object.entries({ ...onCopy, ...onTable }))(
    'lets a leader of an older term write nothing: %s',
    async (_, write) => {
      await bench.lead('new')
      const before = await everything()
      await expect(write(bench.store.work, proof, id)).rejects.toMatchObject({ code: 'lease_lost' })
      expect(await everything()).toBe(before)
    },
  )

  it.each(Object.entries({ ...onCopy, ...onTable }))(
    'lets one who only knows the term write nothing: %s',
    async (_, write) => {
      const before = await everything()
      await expect(write(bench.store.work, { ...proof, holder: 'liar' }, id)).rejects.toMatchObject({
        code: 'lease_lost',
      })
      expect(await everything()).toBe(before)
    },
  )

  it.each(Object.entries(onCopy))('leaves a copy alone that is not claimed under the term: %s', async (_, write) => {
    await bench.db
      .knex('zenodo_copies')
      .where({ id })
      .update({ claim_term: proof.term - 1 })
    const before = await everything()
    await expect(write(bench.store.work, proof, id)).rejects.toMatchObject({ code: 'claim_lost' })
    expect(await everything()).toBe(before)
  })

  it.each(Object.entries(onCopy))('lets the leader write: %s', async (_, write) => {
    const before = await everything()
    await write(bench.store.work, proof, id)
    expect(await everything()).not.toBe(before)
  })

  it('tells the leader which of its copies it has lost', async () => {
    const [mine, lost] = [id, (await bench.claim(proof))[0]!]
    await bench.db.knex('zenodo_copies').where({ id: lost }).update({ state: 'enqueued', claim_term: null })
    const running = [mine, lost].map((copyId) => ({ copyId, bytesDone: 2, filesDone: 1 }))
    expect(await bench.store.work.heartbeat(proof, running)).toEqual([lost])
    expect(await bench.row(mine)).toMatchObject({ bytes_done: 2, files_done: 1 })
    expect(await bench.row(lost)).toMatchObject({ bytes_done: 0, files_done: 0 })
    expect(await bench.store.work.heartbeat(proof, [])).toEqual([])
  })
})
