import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DepositionId } from '../../src/core/copy.ts'
import { viewZenodo, type ZenodoView } from '../support/zenodo-view.ts'
import { type Desk, openDesk } from './setup.ts'

const quick = { ZENODO_REPLICATOR_ZENODO_LOOKS: '1', ZENODO_REPLICATOR_RETRY_BASE_SECONDS: '0.02' }

describe('orphans', () => {
  let desk: Desk
  let zenodo: ZenodoView
  beforeEach(async () => {
    desk = await openDesk()
    zenodo = viewZenodo(desk.emulator.url)
  })
  afterEach(() => desk.close())

  /** A copy whose first create got no answer, while the index did not show the draft. @returns the draft left and the one used */
  async function leaveOne(): Promise<{ left: DepositionId; used: DepositionId }> {
    await zenodo.settings({ indexLagSeconds: 3600 })
    await zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, status: 504, body: '<html>' })
    await desk.run(['enqueue', await desk.manifest()])
    const { envelope } = await desk.json(['worker', '--once', '--wait'], quick)
    const used = envelope.data?.copies?.[0]?.depositionId ?? 0
    await zenodo.settings({ indexLagSeconds: 0 })
    const [left] = (await zenodo.records()).map((record) => record.id).filter((id) => id !== used)
    return { left: left!, used }
  }
  const remaining = async () => (await zenodo.records()).map((record) => record.id)

  it('101: are listed on any host without a change, and removed on the designated one', async () => {
    const { left, used } = await leaveOne()
    const elsewhere = { ZENODO_REPLICATOR_HOSTNAME: 'elsewhere', ZENODO_REPLICATOR_WORKER_HOST: 'here' }
    const listed = await desk.json(['orphans'], elsewhere)
    expect(listed.code).toBe(0)
    expect(listed.envelope.data).toMatchObject({
      orphans: [{ depositionId: left, leftBy: 'create', copy: { id: 1, dataset: { doi: '10.5555/cli' } } }],
      removed: [],
    })
    const table = await desk.run(['orphans'])
    expect(table.stdout).toMatch(new RegExp(`${left} .*create .*10\\.5555/cli`))
    expect((await desk.json(['orphans', '--remove', '--yes'], elsewhere)).code).toBe(4)
    expect(await remaining()).toEqual([left, used])

    expect(await desk.json(['orphans', '--remove'])).toMatchObject({
      code: 2,
      envelope: { error: { message: expect.stringContaining('--yes') } },
    })
    expect(await remaining()).toEqual([left, used])
    const removed = await desk.json(['orphans', '--remove', '--yes'])
    expect(removed).toMatchObject({ code: 0, envelope: { data: { removed: [left], kept: [] } } })
    expect(await remaining()).toEqual([used])
    const none = await desk.run(['orphans', '--remove', '--yes'])
    expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('No orphans') })
  })

  it('101: are left to the worker that leads: removing them beside it ends with 4 and says so', async () => {
    const { left, used } = await leaveOne()
    // paused, so that the worker does not do it before it is asked
    await desk.run(['pause'])
    const worker = desk.start(['worker'])
    await worker.says(/worker ready/)
    const { code, envelope } = await desk.json(['orphans', '--remove', '--yes'])
    expect({ code, error: envelope.error?.code }).toEqual({ code: 4, error: 'lease_held' })
    expect(envelope.error?.message).toContain('by itself')
    expect(await remaining()).toEqual([left, used])
    await desk.run(['unpause'])
    await worker.says(/draft deleted/)
    expect(await remaining()).toEqual([used])
  })

  it('say what to do when Zenodo is away or one of them cannot be deleted', async () => {
    const { left, used } = await leaveOne()
    const headers = { 'content-type': 'application/json' }
    const denied = { status: 403, headers, body: '{"status":403,"message":"Permission denied."}' }
    await zenodo.fault({ match: { method: 'DELETE' }, ...denied })
    const kept = await desk.json(['orphans', '--remove', '--yes'])
    expect(kept).toMatchObject({ code: 1, envelope: { data: { removed: [], kept: [{ depositionId: left }] } } })
    await zenodo.fault({ match: { path: '/api/' }, times: 0, status: 503, body: '<html>' })
    expect((await desk.json(['orphans'])).code).toBe(6)
    expect(await remaining()).toEqual([left, used])
  })
})
