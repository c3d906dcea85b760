/** Which calls to Zenodo does the story of a copy have? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, type World } from '../support/world.ts'

describe.each(databases)('the story of a copy on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(async () => await world.close())
  const callsAt = async (id: number, kind: string) => {
    const event = (await world.app.reading.events(id)).findLast((one) => one.kind === kind)
    return event?.data as {
      readonly calls: Array<{ method: string; path: string; status: number; ms: number }>
      readonly callsLeftOut?: number
    }
  }

  it('has every call of each run, with what Zenodo answered, and those of another run are not among them', async () => {
    const names = ['a', 'b']
    const copies = await Promise.all(
      names.map((name) =>
        world.enqueue({ doi: `10.5061/dryad.${name}`, published: true, data: { [`${name}.csv`]: name } }, 'data'),
      ),
    )
    await world.work()
    for (const [index, { data }] of copies.entries()) {
      const { calls, callsLeftOut } = await callsAt(data!.id, 'finished')
      const sent = calls.filter(({ method }) => method === 'PUT').map(({ path }) => path.split('/').at(-1))
      expect(sent.filter((name) => name?.endsWith('.csv'))).toEqual([`${names[index]}.csv`])
      const publish = calls.filter(({ path }) => path.endsWith('/actions/publish'))
      expect(publish).toMatchObject([{ method: 'POST', status: 202 }])
      expect(calls.every(({ ms, status }) => ms >= 0 && status >= 200)).toBe(true)
      expect(callsLeftOut).toBeUndefined()
    }
  })

  it('of a run with many files has its beginning and its end, and says how many are left out', async () => {
    const data = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`${n}.csv`, `${n}`]))
    const { id } = await world.bring({ published: true, data }, 'data')
    const { calls, callsLeftOut } = await callsAt(id, 'finished')
    expect(calls).toHaveLength(60)
    expect(callsLeftOut).toBeGreaterThanOrEqual(10)
    expect(calls.at(-2)?.path ?? '').toMatch(/publish|depositions/)
  })
})
