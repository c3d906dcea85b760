/** Does the row say what became of a run, with its event and its messages? */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import type { LeaseProof } from '../../src/replication/ports/work-store.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

const failure = new Failure('zenodo_unavailable', 'No answer from https://zenodo.org/api?access_token=geheim.')

describe.each(databases)('the end of a run on %s', (kind) => {
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
    id = await bench.add({ doi: `10.5061/dryad.s${run++}`, files: { 'a.csv': 3, 'b.csv': 4 } })
    proof = await bench.lead()
    await bench.claim(proof)
  })
  const outbox = async () => await bench.db.knex('outbox').where('copy_id', id).orderBy('id')
  const lastEvent = async () => (await bench.store.reading.events(id)).at(-1)

  it('finished: all done, the old error gone, the attempt counted, the messages stored', async () => {
    await bench.db.knex('zenodo_copies').where({ id }).update({ error_code: 'zenodo_unavailable', error_message: 'x' })
    const messages = [{ kind: 'copy.finished' as const, payload: { copyId: id, doi: '10.5281/zenodo.1' } }]
    const copy = await bench.settle(proof, id, { kind: 'finished', attempt: true, messages })
    expect(copy).toMatchObject({ state: 'finished', attempts: 1, bytesDone: 7, filesDone: 2, error: null })
    expect(Math.abs(Date.now() - Date.parse(copy.finishedAt!))).toBeLessThan(60_000)
    expect(await bench.row(id)).toMatchObject({ claim_term: null, claimed_at: null, heartbeat_at: null })
    expect(await lastEvent()).toMatchObject({ kind: 'finished', actor: 'worker' })
    const [message] = await outbox()
    expect(message).toMatchObject({ kind: 'copy.finished', delivered_at: null, attempts: 0 })
    expect(JSON.parse(message.payload)).toEqual({ copyId: id, doi: '10.5281/zenodo.1' })
  })

  it('finished: a lost answer that no longer matters is settled, a draft that may be left behind stays in doubt', async () => {
    const intents = [
      { operation: 'create', depositionId: null, marker: 'm' },
      { operation: 'remove_file', depositionId: 7, marker: null },
      { operation: 'publish', depositionId: 7, marker: null },
    ] as const
    for (const intent of intents) await bench.store.work.announce(proof, id, intent)
    await bench.settle(proof, id, { kind: 'finished', attempt: true, messages: [] })
    const story = await bench.store.reading.events(id)
    expect(story.filter((event) => event.kind === 'intent_settled').map((event) => event.data)).toEqual([
      { ...intents[1], outcome: 'overtaken' },
      { ...intents[2], outcome: 'overtaken' },
    ])
  })

  it('finished without work at Zenodo: costs no attempt', async () => {
    const copy = await bench.settle(proof, id, { kind: 'finished', attempt: false, messages: [] })
    expect(copy).toMatchObject({ state: 'finished', attempts: 0 })
    expect(await outbox()).toEqual([])
  })

  it('retry, error or released: shows the files that are through, not what the last heartbeat counted', async () => {
    const sent = { path: 'b.csv', state: 'sent', md5: 'e'.repeat(32), bytesDone: 4 } as const
    await bench.store.work.recordFiles(proof, id, [sent])
    await bench.store.work.heartbeat(proof, [{ copyId: id, bytesDone: 6, filesDone: 1 }])
    const copy = await bench.settle(proof, id, { kind: 'released', reason: 'shutdown', delayMs: 0 })
    expect(copy).toMatchObject({ state: 'enqueued', bytesDone: 4, bytesTotal: 7, filesDone: 1, filesTotal: 2 })
    for (const outcome of [
      { kind: 'retry', failure, delayMs: 0 },
      { kind: 'error', failure, attempt: true },
    ] as const) {
      await bench.claim(proof)
      await bench.store.work.heartbeat(proof, [{ copyId: id, bytesDone: 0, filesDone: 0 }])
      expect(await bench.settle(proof, id, outcome)).toMatchObject({ bytesDone: 4, filesDone: 1 })
    }
  })

  it('retry: waits, shows why without secrets, and is not due before its time', async () => {
    const copy = await bench.settle(proof, id, { kind: 'retry', failure, delayMs: 90_000 })
    expect(copy).toMatchObject({
      state: 'enqueued',
      attempts: 1,
      error: { code: 'zenodo_unavailable', hint: failure.hint },
    })
    expect(copy.error?.message).not.toContain('geheim')
    const wait = Date.parse(copy.runAfter) - Date.now()
    expect(wait).toBeGreaterThan(60_000)
    expect(wait).toBeLessThan(95_000)
    expect(await bench.claim(proof)).toEqual([])
    expect(await lastEvent()).toMatchObject({ kind: 'retry', data: { code: 'zenodo_unavailable', delayMs: 90_000 } })
    expect(JSON.stringify(await lastEvent())).not.toContain('geheim')
    expect(await outbox()).toEqual([])
  })

  it.each([true, false])('error: stays, tells the repository, counts the attempt: %s', async (attempt) => {
    const copy = await bench.settle(proof, id, { kind: 'error', failure, attempt })
    expect(copy).toMatchObject({ state: 'error', attempts: attempt ? 1 : 0, error: { code: 'zenodo_unavailable' } })
    expect(await lastEvent()).toMatchObject({ kind: 'error', data: { code: 'zenodo_unavailable' } })
    const [message] = await outbox()
    expect(message.kind).toBe('copy.error')
    expect(JSON.parse(message.payload)).toMatchObject({
      copyId: id,
      code: 'zenodo_unavailable',
      message: copy.error?.message,
    })
  })

  it('released: waits as before, at no cost', async () => {
    const copy = await bench.settle(proof, id, { kind: 'released', reason: 'shutdown', delayMs: 0 })
    expect(copy).toMatchObject({ state: 'enqueued', attempts: 0, error: null })
    expect(await lastEvent()).toMatchObject({ kind: 'released', data: { reason: 'shutdown' } })
    expect(await bench.claim(proof)).toEqual([id])
  })

  it('records steps and facts: what is not named stays, null clears', async () => {
    const facts = { depositionId: 12, conceptRecid: '11', doi: '10.5281/zenodo.12', recordUrl: 'https://z.example/12' }
    await bench.store.work.enterStep(proof, id, 'create')
    const made = await bench.store.work.recordStep(proof, id, {
      step: 'create',
      facts,
      settles: null,
      data: { created: true },
    })
    expect(made).toMatchObject({ ...facts, step: 'create', state: 'replicating' })
    const cleared = await bench.store.work.recordStep(proof, id, {
      step: 'metadata',
      facts: { doi: null, note: 'n' },
      settles: null,
      data: {},
    })
    expect(cleared).toMatchObject({ ...facts, doi: null, note: 'n', step: 'metadata' })
    const events = (await bench.store.reading.events(id)).filter((event) => event.kind === 'step')
    expect(events[0]?.data).toEqual({ step: 'create', ...facts, created: true })
  })

  it.each([
    ['sent', 0],
    ['kept', 3],
  ] as const)('a file that was %s leaves %i rescues on record', async (state, rescues) => {
    await bench.db.knex('zenodo_copies').where({ id }).update({ rescues: 3 })
    const fact = { path: 'a.csv', state, md5: 'f'.repeat(32), bytesDone: 3 }
    await bench.store.work.recordFiles(proof, id, [fact])
    expect(await bench.store.reading.get(id)).toMatchObject({ rescues })
  })

  it('records what is known of files, told apart by every character of their names', async () => {
    const files = { 'a.csv': 1, 'A.csv': 2, 'a.csv ': 3, 'á.csv': 4 }
    const other = await bench.add({ doi: '10.5061/dryad.names', files })
    await bench.claim(proof, { only: [other] })
    const facts = Object.keys(files).map((path, index) => ({
      ...{ path, state: 'sent' as const, md5: `${index}`.repeat(32), bytesDone: index },
    }))
    await bench.store.work.recordFiles(proof, other, facts)
    const stored = await bench.store.reading.files(other)
    expect(stored.map(({ path, state, md5, bytesDone }) => ({ path, state, md5, bytesDone }))).toEqual(facts)
  })

  it.each([5, '5dzqd-eyf24', '0012'])('repoints every copy of the family at %j, and no other', async (from) => {
    const doi = `10.5061/dryad.point${from}`
    const types = ['software', 'software_publish', 'supp'] as const
    const ids = (await bench.enqueue({ doi, types })).map(({ copy }) => copy.id) as [number, number, number]
    await bench.db
      .knex('zenodo_copies')
      .whereIn('id', [...ids, id])
      .update({ deposition_id: String(from), doi: '10.5281/zenodo.5' })
    await bench.claim(proof, { only: [ids[0]] })
    const to = { depositionId: null, doi: null, note: 'The draft was deleted at Zenodo.' }
    expect(await bench.store.work.repoint(proof, ids[0], { from, to, settles: null })).toMatchObject({
      id: ids[0],
      ...to,
    })
    expect(await bench.store.reading.get(ids[1])).toMatchObject(to)
    expect(await bench.store.reading.get(ids[2])).toMatchObject({ depositionId: from, note: null })
    expect(await bench.store.reading.get(id)).toMatchObject({ depositionId: from })
    expect((await bench.store.reading.events(ids[1])).at(-1)).toMatchObject({
      kind: 'repointed',
      data: { from, by: ids[0] },
    })
  })
})

describe.each(databases)('a dead leader on %s', (kind) => {
  let bench: Bench
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())

  it('loses its copies to the next one, which puts them back at their step, for later, at no cost', async () => {
    const dead = await bench.lead('dead')
    const id = await bench.add({ doi: '10.5061/dryad.r1' })
    await bench.claim(dead)
    await bench.store.work.enterStep(dead, id, 'upload')
    const next = await bench.lead('next')
    const mine = await bench.add({ doi: '10.5061/dryad.r2' })
    await bench.claim(next)
    expect(await bench.store.work.rescue(next, { quarantineMs: 60_000, maxRescues: 3 })).toEqual([id])
    const copy = await bench.store.reading.get(id)
    expect(copy).toMatchObject({ state: 'enqueued', step: 'upload', attempts: 0, rescues: 1, error: null })
    expect(Date.parse(copy!.runAfter) - Date.now()).toBeGreaterThan(30_000)
    expect(await bench.store.reading.get(mine)).toMatchObject({ state: 'replicating', rescues: 0 })
    expect((await bench.store.reading.events(id)).at(-1)).toMatchObject({
      kind: 'rescued',
      data: { fromTerm: dead.term },
    })
  })

  it('puts a copy that outlives too many leaders into error, and tells the repository', async () => {
    await bench.db.knex('zenodo_copies').update({ state: 'cancelled', claim_term: null })
    const id = await bench.add({ doi: '10.5061/dryad.killer' })
    for (let n = 1; n <= 3; n++) {
      await bench.claim(await bench.lead(`w${n}`))
      await bench.store.work.rescue(await bench.lead(`n${n}`), { quarantineMs: 0, maxRescues: 2 })
    }
    const copy = await bench.store.reading.get(id)
    expect(copy).toMatchObject({ state: 'error', rescues: 3, attempts: 0, error: { code: 'worker_died' } })
    expect(await bench.db.knex('outbox').where('copy_id', id)).toMatchObject([{ kind: 'copy.error' }])
  })

  it('leaves terms in the story that only grow', async () => {
    const events: Array<{ term: number }> = await bench.db.knex('zenodo_copy_events').whereNotNull('term').orderBy('id')
    const terms = events.map(({ term }) => term)
    expect(terms.length).toBeGreaterThan(5)
    expect(terms).toEqual(terms.toSorted((a, b) => a - b))
  })
})
