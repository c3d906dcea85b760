import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/db/connection.ts'
import { createStore } from '../../src/db/store.ts'
import { type Desk, openDesk } from './setup.ts'

let desk: Desk
beforeEach(async () => {
  desk = await openDesk()
  const one = await desk.manifest({ name: 'v1.json', published: true })
  await desk.run(['enqueue', one, await desk.manifest({ name: 'v2.json', version: 2 })])
})
afterEach(async () => desk.close())

describe('is a copy stuck? list and show', () => {
  it('say that nothing is claimed, because of a person, of Zenodo, or for want of a worker', async () => {
    const standsAt = async (id: number) => (await desk.run(['show', String(id)])).stdout.split('\n\n')[1]
    expect(await standsAt(1)).toMatch(/^It is due, but nothing is claimed now:\nNo worker leads/)
    await desk.run(['pause', '--reason', 'storage moves'])
    const db = openDatabase(desk.env.DATABASE_URL!)
    await createStore(db).desk.setSwitch('breaker', { name: 'worker', reason: 'It is away.' })
    await db.close()
    const paused =
      /Claiming is paused by cli:\S+ since \S+Z \(storage moves\): `zenodo-replicator unpause` lets it go on\./
    const broken = /The worker claims nothing since \S+Z because of Zenodo, and goes on by itself: It is away\./
    for (const id of [1, 3]) {
      const told = await standsAt(id)
      expect(told).toMatch(paused)
      expect(told).toMatch(broken)
    }
    const { stdout, stderr } = await desk.run(['list'])
    expect(stdout).not.toMatch(paused)
    expect(stderr).toMatch(paused)
    expect(stderr).toMatch(broken)
    const switches = [{ name: 'breaker' }, { name: 'pause', reason: 'storage moves' }]
    expect((await desk.json(['list'])).envelope.data).toMatchObject({ switches })
    expect((await desk.json(['show', '1'])).envelope.data).toMatchObject({ switches })
  })

  it('show the bytes of a copy on its way, as one long file moves no count', async () => {
    const db = openDatabase(desk.env.DATABASE_URL!)
    const onItsWay = {
      state: 'replicating',
      step: 'upload',
      claim_term: 1,
      bytes_done: 1_200_000_000,
      bytes_total: 5_000_000_000,
    }
    await db.knex('zenodo_copies').where({ id: 1 }).update(onItsWay)
    await db.close()
    const { stdout } = await desk.run(['list'])
    expect(stdout).toMatch(/^1 +replicating: upload .* 0\/1 +1\.2 GB of 5 GB/m)
    expect(stdout).toMatch(/^2 .* 0\/1 +9 B /m)
  })
})
