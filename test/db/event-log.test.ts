/** Is an event ever in neither place when it leaves the table for the archive? Also when the two do not both succeed. */
import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEventArchive } from '../../src/db/event-archive.ts'
import type { EventLog } from '../../src/replication/ports/event-log.ts'
import { retireEvents } from '../../src/replication/retire-events.ts'
import { databases } from '../support/database.ts'
import { type Bench, createBench } from './setup.ts'

const rule = { maxAgeMs: 0, mostEvents: 1000 }

describe.each(databases)('events on their way from %s into the archive', (kind) => {
  let bench: Bench
  let folder: string
  beforeAll(async () => {
    bench = await createBench(kind)
  })
  afterAll(async () => await bench.drop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zenodo-replicator-archive-'))
    return () => rm(folder, { recursive: true })
  })

  const cancelled = async (doi: string) => {
    const id = await bench.add({ doi })
    await bench.store.desk.act('cancel', { ids: [id] }, { name: 'curator', reason: null })
    await bench.db.knex('zenodo_copy_events').update({ at: '2020-01-01 00:00:00.000' })
    return id
  }
  const idsIn = async (table: 'events' | 'archive', copyId: number) => {
    if (table === 'events') return (await bench.store.reading.events(copyId)).map(({ id }) => id)
    const [file] = await readdir(folder)
    const lines = (await readFile(join(folder, file!), 'utf8')).trimEnd().split('\n')
    return lines.map((line) => JSON.parse(line)).flatMap(({ id, copy }) => (copy.id === copyId ? [id] : []))
  }
  const retire = async (log: EventLog = bench.store.eventLog) => {
    const proof = await bench.lead()
    const lead = { proof, signal: new AbortController().signal, requireTrusted: () => {} }
    const archive = createEventArchive(folder)
    for await (const _part of retireEvents({ log, archive, lead, emit: () => {} }, rule, 1e9));
  }

  it('are deleted only by the leader: one that lost its lease meanwhile leaves lines that come twice, and no gap', async () => {
    const id = await cancelled('10.5061/dryad.twice')
    const before = await idsIn('events', id)
    const { eventLog } = bench.store
    const overtaken: EventLog = {
      ...eventLog,
      remove: async (proof, events) => {
        await bench.lead('b')
        await eventLog.remove(proof, events)
      },
    }
    await expect(retire(overtaken)).rejects.toMatchObject({ code: 'lease_lost' })
    expect([await idsIn('events', id), await idsIn('archive', id)]).toEqual([before, before])
    await retire()
    expect(await idsIn('events', id)).toEqual([])
    expect(await idsIn('archive', id)).toEqual([...before, ...before])
    expect((await bench.store.reading.get(id))?.eventsArchived).toBe(before.length)
  })

  it('come after whole lines only: one that a crash tore is dropped, as its event is still in the table', async () => {
    const [first, second] = [await cancelled('10.5061/dryad.t1'), await cancelled('10.5061/dryad.t2')]
    const before = [await idsIn('events', first), await idsIn('events', second)]
    await retire({ ...bench.store.eventLog, oldest: async (after) => (after > 0 ? [] : ageless(before[0]!, first)) })
    const [file] = await readdir(folder)
    await appendFile(join(folder, file!), `{"id":1,"data":"${'x'.repeat(200_000)}`)
    await retire()
    expect([await idsIn('archive', first), await idsIn('archive', second)]).toEqual(before)
  })

  it('of many copies all arrive, in parts', async () => {
    const ids: number[] = []
    for (let n = 0; n < 230; n++) ids.push(await bench.add({ doi: `10.5061/dryad.m${n}` }))
    await bench.db.knex('zenodo_copies').whereIn('id', ids).update({ state: 'cancelled' })
    await bench.db.knex('zenodo_copy_events').update({ at: '2020-01-01 00:00:00.000' })
    await retire()
    expect(await bench.db.knex('zenodo_copy_events').whereIn('copy_id', ids)).toEqual([])
    for (const id of ids) expect(await idsIn('archive', id)).toHaveLength(1)
  })
})

function ageless(ids: readonly number[], copyId: number) {
  return ids.map((id) => ({ id, copyId, ageMs: 1 }))
}
