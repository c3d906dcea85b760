/** Does the leader get what is due, in order, within its lanes, and never two of a dataset and family? */
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type CopyState, copyTypes, families } from '../../src/core/copy.ts'
import { blockedBy } from '../../src/core/ordering.ts'
import type { CopyView } from '../../src/replication/ports/desk.ts'
import type { Intent, LeaseProof } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { operator } from '../support/operator.ts'
import { type Bench, createBench } from './setup.ts'

const states: readonly CopyState[] = ['enqueued', 'replicating', 'finished', 'error', 'deferred', 'cancelled']

describe.each(databases)('claiming on %s', (kind) => {
  let bench: Bench
  let proof: LeaseProof
  beforeAll(async () => {
    bench = await createBench(kind)
    proof = await bench.lead()
  })
  afterAll(async () => await bench.drop())
  /** What is left over waits for ever, so that each test sees its own copies only. */
  afterEach(async () => {
    await bench.db.knex('zenodo_copies').update({ state: 'cancelled', claim_term: null })
    await bench.db.knex('switches').del()
  })

  it('takes exactly what the rule of the core lets run, for any family', async () => {
    let run = 0
    const drawn = fc.array(fc.record({ state: fc.constantFrom(...states), due: fc.boolean() }), {
      minLength: copyTypes.length * 3,
      maxLength: copyTypes.length * 3,
    })
    const property = fc.asyncProperty(drawn, async (draws) => {
      const doi = `10.5061/dryad.p${run++}`
      for (const number of [3, 1, 2]) await bench.enqueue({ doi, number, types: copyTypes })
      const { copies } = await bench.store.reading.list({ dataset: doi })
      await scatter(bench, copies, draws)
      const before = (await bench.store.reading.list({ dataset: doi })).copies
      const expected = families.flatMap((family) => runnable(before.filter((copy) => copy.family === family)))
      const claimed = await bench.claim(proof, { only: copies.map(({ id }) => id) })
      expect(claimed.toSorted()).toEqual(expected.toSorted())
      for (const copy of before) {
        const family = before.filter((other) => other.family === copy.family)
        const ahead = copy.state === 'enqueued' ? (blockedBy(copy, family)?.id ?? null) : null
        expect(copy.blockedBy, `blockedBy of ${copy.id}`).toBe(ahead)
      }
      const blocked = (await bench.store.reading.list({ dataset: doi, blocked: true })).copies
      expect(blocked.map(({ id }) => id).toSorted()).toEqual(
        (await bench.store.reading.list({ dataset: doi })).copies
          .filter((copy) => copy.blockedBy !== null)
          .map(({ id }) => id)
          .toSorted(),
      )
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('passes over what the rule holds back, although the stored order would let it through', async () => {
    const [first, second] = [
      await bench.add({ doi: '10.5061/dryad.wrong', number: 1 }),
      await bench.add({ doi: '10.5061/dryad.wrong', number: 2 }),
    ]
    await bench.db.knex('zenodo_copies').whereIn('id', [first, second]).update({ held_back: 0 })
    expect(await bench.claim(proof, { only: [second] })).toEqual([])
    expect(await bench.row(second)).toMatchObject({ state: 'enqueued', claim_term: null, claimed_at: null })
    expect((await bench.store.reading.events(second)).map(({ kind }) => kind)).toEqual(['enqueued'])
  })

  it('orders by time, in which each point of priority is an hour, then by id', async () => {
    const late = await bench.add({ doi: '10.5061/dryad.o1', priority: 0, runAfter: '2026-01-02T00:00:00Z' })
    const early = await bench.add({ doi: '10.5061/dryad.o2', priority: 0, runAfter: '2026-01-01T00:00:00Z' })
    const urgent = await bench.add({ doi: '10.5061/dryad.o3', priority: -50, runAfter: '2026-01-03T00:00:00Z' })
    const early2 = await bench.add({ doi: '10.5061/dryad.o4', priority: 0, runAfter: '2026-01-01T00:00:00Z' })
    const patient = await bench.add({ doi: '10.5061/dryad.o5', priority: 10, runAfter: '2026-01-01T13:00:00.5Z' })
    expect(await bench.claim(proof, { slots: 3 })).toEqual([urgent, early, early2])
    expect(await bench.claim(proof)).toEqual([patient, late])
    expect(await bench.claim(proof)).toEqual([])
  })

  it('a copy that a person put back goes ahead of a backlog, whatever its priority was', async () => {
    const back = await bench.add({ doi: '10.5061/dryad.b1', types: ['data'] })
    await bench.db.knex('zenodo_copies').where({ id: back }).update({ state: 'error' })
    const urgent = await bench.add({ doi: '10.5061/dryad.b2', priority: -100, runAfter: '2026-01-01T00:00:00Z' })
    await bench.store.desk.act('requeue', { ids: [back] }, { name: 'curator', reason: null })
    expect(await bench.claim(proof, { slots: 1 })).toEqual([back])
    expect(await bench.claim(proof)).toEqual([urgent])
  })

  it('leaves a copy alone before its time, and says how long that is', async () => {
    expect(await bench.store.work.nextDueInMs()).toBeNull()
    await bench.add({ doi: '10.5061/dryad.later', runAfter: new Date(Date.now() + 600_000).toISOString() })
    expect(await bench.claim(proof)).toEqual([])
    const ms = (await bench.store.work.nextDueInMs())!
    expect(ms).toBeGreaterThan(590_000)
    expect(ms).toBeLessThanOrEqual(600_000)
    await bench.add({ doi: '10.5061/dryad.now' })
    expect(await bench.store.work.nextDueInMs()).toBe(0)
  })

  it('does not count a blocked copy as due', async () => {
    const first = await bench.add({ doi: '10.5061/dryad.b', number: 1 })
    await bench.add({ doi: '10.5061/dryad.b', number: 2 })
    await bench.store.desk.act('defer', { ids: [first] }, { name: 'curator', reason: null })
    expect(await bench.store.work.nextDueInMs()).toBeNull()
    expect(await bench.claim(proof)).toEqual([])
  })

  it('finds a small copy behind many large ones, and large ones only within their lane', async () => {
    const large: number[] = []
    for (let n = 0; n < 5; n++)
      large.push(await bench.add({ doi: `10.5061/dryad.l${n}`, priority: -9, files: { a: 100 } }))
    const small = await bench.add({ doi: '10.5061/dryad.small', files: { a: 99 } })
    const lanes = { slots: 3, largeSlots: 2, largeBytes: 100 }
    expect(await bench.claim(proof, lanes)).toEqual([large[0], large[1], small])
    expect(await bench.claim(proof, { ...lanes, largeSlots: 0 })).toEqual([])
    expect(await bench.claim(proof, { ...lanes, slots: 1, largeSlots: 3 })).toEqual([large[2]])
    expect(await bench.claim(proof, { ...lanes, slots: 0 })).toEqual([])
  })

  it('takes nothing while a person has paused it', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.pause' })
    await bench.store.desk.setSwitch('pause', { name: 'ops', reason: 'maintenance' })
    expect(await bench.claim(proof)).toEqual([])
    expect(await bench.store.desk.switches()).toMatchObject([{ name: 'pause', by: 'ops', reason: 'maintenance' }])
    expect(await bench.store.desk.clearSwitch('pause', operator)).toBe(true)
    expect(await bench.store.desk.clearSwitch('pause', operator)).toBe(false)
    expect(await bench.claim(proof)).toEqual([id])
  })

  it('asks the leader itself about the breaker: a switch left behind stops nothing', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.breaker' })
    await bench.store.desk.setSwitch('breaker', { name: 'worker', reason: 'an earlier leader' })
    expect(await bench.claim(proof)).toEqual([id])
  })

  it("takes back what is claimed under its term but in nobody's hands, and nothing else", async () => {
    const ids = [await bench.add({ doi: '10.5061/dryad.held' }), await bench.add({ doi: '10.5061/dryad.stray' })]
    await bench.claim(proof, { slots: 2 })
    expect(await bench.store.work.releaseStray(proof, [ids[0]!])).toEqual([ids[1]])
    expect(await bench.store.reading.get(ids[0]!)).toMatchObject({ state: 'replicating' })
    expect(await bench.store.reading.get(ids[1]!)).toMatchObject({ state: 'enqueued', attempts: 0, rescues: 0 })
  })

  it('gives each copy to one of several callers at once', async () => {
    for (let n = 0; n < 12; n++) await bench.add({ doi: `10.5061/dryad.c${n}` })
    const calls = await Promise.all(Array.from({ length: 6 }, () => bench.claim(proof, { slots: 5 })))
    const all = calls.flat()
    expect(new Set(all).size).toBe(all.length)
    all.push(...(await bench.claim(proof)))
    expect(all.length).toBe(12)
  })

  it('never runs two copies of a dataset and family, whoever asks', async () => {
    const first = await bench.add({ doi: '10.5061/dryad.u', number: 1 })
    const second = await bench.add({ doi: '10.5061/dryad.u', number: 2 })
    expect(await bench.claim(proof)).toEqual([first])
    const forced = bench.db.knex('zenodo_copies').where('id', second).update({ state: 'replicating', claim_term: 1 })
    await expect(forced).rejects.toSatisfy(bench.db.dialect.isDuplicate)
  })

  it('stamps the claim, costs no attempt, and writes it into the story', async () => {
    const id = await bench.add({ doi: '10.5061/dryad.stamp' })
    await bench.claim(proof)
    expect(await bench.row(id)).toMatchObject({ state: 'replicating', claim_term: proof.term, retries: 0 })
    const events = await bench.db.knex('zenodo_copy_events').where('copy_id', id).orderBy('id')
    expect(events.at(-1)).toMatchObject({ kind: 'claimed', actor: 'worker', term: proof.term })
  })

  it('hands over manifest, files, siblings, earlier files and unsettled intents', async () => {
    const doi = '10.5061/dryad.hand'
    const types = ['software', 'software_publish'] as const
    const files = { 'a.R': 3, 'b.R': 4 }
    const [v1, p1] = (await bench.enqueue({ doi, number: 1, types, files })).map(({ copy }) => copy.id) as [
      number,
      number,
    ]
    const known = (copy_id: number, ordinal: number, md5: string) =>
      bench.db.knex('zenodo_copy_files').where({ copy_id, ordinal }).update({ state: 'sent', md5 })
    await known(v1, 0, '1'.repeat(32))
    await known(v1, 1, '2'.repeat(32))
    await known(p1, 0, '3'.repeat(32))
    await bench.db
      .knex('zenodo_copies')
      .whereIn('id', [v1, p1])
      .update({ state: 'finished', deposition_id: '77', doi: 'x' })
    const [v2] = (await bench.enqueue({ doi, number: 2, types, files, title: 'Second' })).map(
      ({ copy }) => copy.id,
    ) as [number]

    const [claimed] = await bench.store.work.claim({ proof, slots: 1, largeSlots: 1, largeBytes: 1e9, only: null })
    expect(claimed).toMatchObject({
      copy: { id: v2, state: 'replicating', position: 4 },
      fileRoot: null,
      openIntents: [],
    })
    expect(claimed!.manifest.metadata.titles).toMatchObject([{ title: 'Second' }])
    expect(claimed!.files.map(({ path }) => path)).toEqual(['a.R', 'b.R'])
    expect(claimed!.siblings).toMatchObject([
      { id: v1, type: 'software', position: 2, state: 'finished', depositionId: 77, doi: 'x' },
      { id: p1, type: 'software_publish', position: 3 },
      { type: 'software_publish', position: 5, state: 'enqueued' },
    ])
    expect(claimed!.knownFiles).toEqual([
      { path: 'a.R', size: 3, checksum: null, md5: '3'.repeat(32), archive: null, position: 3 },
      { path: 'b.R', size: 4, checksum: null, md5: '2'.repeat(32), archive: null, position: 2 },
    ])

    const intents: Intent[] = [
      { operation: 'create', depositionId: null, marker: 'm1' },
      { operation: 'publish', depositionId: 78, marker: null },
      { operation: 'publish', depositionId: 79, marker: null },
    ]
    for (const intent of intents) await bench.store.work.announce(proof, v2, intent)
    await bench.store.work.settleIntent(proof, v2, { intent: intents[1]!, outcome: 'done' })
    await bench.settle(proof, v2, { kind: 'released', reason: 'shutdown', delayMs: 0 })
    const [again] = await bench.store.work.claim({ proof, slots: 1, largeSlots: 1, largeBytes: 1e9, only: [v2] })
    expect(again!.openIntents).toMatchObject([intents[0]!, intents[2]!])
    expect(again!.openIntents[0]!.announcedAt).toMatch(/^\d{4}-.*Z$/)
  })
})

/** Brings copies into the drawn states; of a family, at most one may be running. */
async function scatter(
  bench: Bench,
  copies: readonly CopyView[],
  draws: ReadonlyArray<{ state: CopyState; due: boolean }>,
) {
  const running = new Set<string>()
  for (const [index, { id, family }] of copies.entries()) {
    const draw = draws[index]!
    const state = draw.state === 'replicating' && running.has(family) ? 'finished' : draw.state
    if (state === 'replicating') running.add(family)
    const run_after = draw.due ? '2026-01-01 00:00:00.000' : '2999-01-01 00:00:00.000'
    const claim_term = state === 'replicating' ? 1 : null
    await bench.db.knex('zenodo_copies').where({ id }).update({ state, run_after, claim_term })
  }
  // what was written past the service is put right as a starting worker does
  await bench.store.desk.repairOrder()
}

/** By the rule alone: waiting, due, nothing earlier unfinished, and nothing of the family running. */
function runnable(family: readonly CopyView[]): number[] {
  if (family.some((copy) => copy.state === 'replicating')) return []
  return family
    .filter((copy) => copy.state === 'enqueued' && copy.runAfter < '2027' && blockedBy(copy, family) === null)
    .map(({ id }) => id)
}
