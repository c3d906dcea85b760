/** What do people hold back, what goes on meanwhile, and what can nobody do? A worker runs all the time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { holdSource } from '../support/gate.ts'
import { operator } from '../support/operator.ts'
import { createWorld, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: 'test' }
const files = { 'f1.txt': 'one' }

describe.each(databases)('while a worker runs on %s', (kind) => {
  let world: World
  let stop: AbortController
  let working: Promise<void>
  beforeEach(async () => {
    world = await createWorld(kind)
    stop = new AbortController()
    working = Promise.resolve()
  })
  afterEach(async () => {
    stop.abort('test')
    await working
    await world.close()
  })

  const start = () => {
    working = world.app.worker({ mode: 'daemon', only: null }, stop.signal)
  }
  const finished = (...ids: number[]) =>
    expect
      .poll(async () => Promise.all(ids.map(async (id) => (await world.copy(id)).state)), {
        timeout: 30_000,
        interval: 20,
      })
      .toEqual(ids.map(() => 'finished'))
  const requeue = (id: number) => world.app.act('requeue', { filter: { ids: [id] }, actor })
  const order = () => world.events.flatMap((event) => (event.kind === 'copy.claimed' ? [event.copy.id] : []))

  /** A copy of a dataset of its own, held in the middle of its upload. */
  async function startHeld() {
    const gate = holdSource(world.source, 'software/v1/held.txt', 'held')
    const { software } = await world.enqueue(
      { doi: '10.5061/dryad.held', software: { 'held.txt': 'held' } },
      'software',
    )
    start()
    await gate.reached
    return { id: software!.id, gate }
  }

  it('102: paused, what runs goes on and nothing begins; afterwards all families run in order by themselves', async () => {
    const { id, gate } = await startHeld()
    await world.app.desk.setSwitch('pause', actor)
    const families = { software: files, supp: files, data: files, publicationDate: '2026-11-01', published: true }
    const one = await world.enqueue(families, 'software', 'supp', 'data')
    const two = await world.enqueue({ ...families, number: 2, data: { 'f1.txt': 'two' } }, 'software', 'supp', 'data')
    gate.open()
    await finished(id)
    await world.zenodo.forgetRequests()
    const turns = world.events.length
    const waiting = [...Object.values(one), ...Object.values(two)].map((copy) => copy.id)
    for (const each of waiting) {
      expect(await world.copy(each)).toMatchObject({ state: 'enqueued', attempts: 0, error: null })
    }
    expect(world.events.slice(turns)).toEqual([])
    expect(await world.zenodo.calls()).toEqual([])
    await world.app.desk.clearSwitch('pause', operator)
    await finished(...waiting)
    const claimed = order().filter((each) => each !== id)
    expect(claimed.toSorted((a, b) => a - b)).toEqual(waiting.toSorted((a, b) => a - b))
    for (const type of ['software', 'supp', 'data'] as const) {
      expect(claimed.indexOf(one[type]!.id)).toBeLessThan(claimed.indexOf(two[type]!.id))
    }
  })

  it('102: a finished copy cannot be deferred, and a running one neither', async () => {
    const { id, gate } = await startHeld()
    const defer = () => world.app.act('defer', { filter: { ids: [id] }, actor })
    await expect(defer()).rejects.toMatchObject({ code: 'action_refused', message: expect.stringContaining('busy') })
    gate.open()
    await finished(id)
    await expect(defer()).rejects.toMatchObject({ code: 'action_refused' })
    expect(await world.copy(id)).toMatchObject({ state: 'finished' })
  })

  it('103: a copy under way is not requeued, and its run is not disturbed', async () => {
    const { id, gate } = await startHeld()
    const before = await world.copy(id)
    await expect(requeue(id)).rejects.toMatchObject({
      code: 'action_refused',
      message: expect.stringContaining('busy'),
    })
    expect(await world.copy(id)).toMatchObject({ state: 'replicating', runAfter: before.runAfter })
    gate.open()
    await finished(id)
    expect(order()).toEqual([id])
    expect(await world.zenodo.records()).toHaveLength(1)
  })

  it('103: requeueing never lets a copy overtake its predecessor: it waits, and runs once, in its turn', async () => {
    const gate = holdSource(world.source, 'software/v1/f1.txt', 'one')
    const first = (await world.enqueue({ software: files }, 'software')).software!
    const second = (await world.enqueue({ number: 2, software: { 'f2.txt': 'two' } }, 'software')).software!
    start()
    await gate.reached
    await requeue(second.id)
    await requeue(second.id)
    expect(await world.copy(second.id)).toMatchObject({ state: 'enqueued', blockedBy: first.id, attempts: 0 })
    expect(order()).toEqual([first.id])
    gate.open()
    await finished(first.id, second.id)
    expect(order()).toEqual([first.id, second.id])
  })

  it('104: only what a dead leader left is taken back; running, waiting and deferred copies stay as they are', async () => {
    const stalled = (await world.enqueue({ doi: '10.5061/dryad.stalled', software: files }, 'software')).software!
    const deferred = (await world.enqueue({ doi: '10.5061/dryad.deferred', software: files }, 'software')).software!
    await world.app.act('defer', { filter: { ids: [deferred.id] }, actor })
    await world.sql(
      `UPDATE zenodo_copies SET state = 'replicating', claim_term = 7, step = 'upload' WHERE id = ${stalled.id}`,
    )
    const later = await world.app.enqueue({
      manifest: world.manifest({ doi: '10.5061/dryad.later', software: files }),
      fileRoot: null,
      types: ['software'],
      publish: false,
      priority: null,
      runAfter: '2099-01-01T00:00:00.000Z',
      requestedBy: 'test',
    })
    const { id, gate } = await startHeld()
    await finished(stalled.id)
    expect(await world.copy(stalled.id)).toMatchObject({ attempts: 1, rescues: 0, error: null })
    expect(world.events.filter((event) => event.kind === 'copies.rescued')).toMatchObject([{ ids: [stalled.id] }])
    expect(await world.copy(id)).toMatchObject({ state: 'replicating', error: null })
    expect(await world.copy(deferred.id)).toMatchObject({ state: 'deferred', error: null })
    expect(await world.copy(later[0]!.copy.id)).toMatchObject({ state: 'enqueued', error: null })
    gate.open()
    await finished(id)
    expect((await world.outbox()).map((message) => message.kind)).toEqual(['copy.finished', 'copy.finished'])
  })

  it('106: two datasets are on their way at the same time', async () => {
    const gates = ['a', 'b'].map((name) => holdSource(world.source, `software/v1/${name}.txt`, name))
    const ids: number[] = []
    for (const name of ['a', 'b']) {
      const draft = { doi: `10.5061/dryad.${name}`, software: { [`${name}.txt`]: name } }
      ids.push((await world.enqueue(draft, 'software')).software!.id)
    }
    start()
    // neither is answered before both have been asked for
    await Promise.all(gates.map((gate) => gate.reached))
    for (const id of ids) expect(await world.copy(id)).toMatchObject({ state: 'replicating' })
    for (const gate of gates) gate.open()
    await finished(...ids)
  })
})
