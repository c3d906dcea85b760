import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DepositionId } from '../../src/core/copy.ts'
import { backends, inDepositApi } from '../support/backends.ts'
import { createWorld, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }
const files = { 'f1.txt': 'one' }
const page = { status: 504, body: '<html>Gateway Time-out</html>' }
const never = { 'zenodo.looks': 1, 'zenodo.firstLookSeconds': 0.001 }

describe.each(backends)('drafts that lost answers leave at Zenodo, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: never })
  })
  afterEach(() => world.close())

  const lag = (seconds: number) => world.zenodo.settings({ indexLagSeconds: seconds })
  const orphans = async () => (await world.app.orphans(new AbortController().signal)).map(({ draft }) => draft.id)
  const drafts = async () =>
    (await world.zenodo.records()).filter((record) => record.state === 'unsubmitted').map((record) => record.id)
  const byHand = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${world.emulator.token}`, 'content-type': 'application/json' }
    const content = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(`${world.emulator.url}/api/deposit/depositions${path}`, {
      method,
      headers,
      ...content,
    })
    return (await response.json()) as { readonly id: number; readonly links: { readonly bucket: string } }
  }

  /** A create whose answer is lost and whose draft the index does not show; the copy then goes on with a second one. */
  async function leaveOne(doi: string): Promise<{ copyId: number; used: DepositionId; left: DepositionId }> {
    await lag(3600)
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, ...page })
    const before = await drafts()
    const copy = await world.bring({ doi, software: files }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
    await lag(0)
    const [left, ...others] = (await drafts()).filter((id) => id !== copy.depositionId && !before.includes(id))
    expect(others).toEqual([])
    return { copyId: copy.id, used: copy.depositionId!, left: left! }
  }

  /** A new version that Zenodo makes while it answers nothing, and that nobody has found yet. */
  async function loseNewVersion() {
    const first = await world.bring({ software: files }, 'software_publish')
    await world.zenodo.fault({ match: { path: '/actions/newversion' }, commit: true, ...page })
    await world.zenodo.fault({ match: { method: 'GET', path: '/depositions' }, skip: 1, times: 0, ...page })
    const { software } = await world.enqueue({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    await world.app.worker({ mode: 'once', only: null }, new AbortController().signal).catch(() => {})
    await world.zenodo.clearFaults()
    return { first, second: software! }
  }

  it('101: a draft that the index shows too late to be adopted is deleted by a later chore: one draft remains', async () => {
    const { copyId, used, left } = await leaveOne('10.5061/dryad.abc')
    expect(await orphans()).toEqual([left])
    expect(await drafts()).toHaveLength(2)
    await world.work()
    expect(await drafts()).toEqual([used])
    expect(await orphans()).toEqual([])
    const story = (await world.app.reading.events(copyId)).filter(({ data }) => data.operation === 'discard')
    expect(story.map((event) => [event.kind, event.data.depositionId, event.data.outcome])).toEqual([
      ['intent', left, undefined],
      ['intent_settled', left, 'done'],
    ])
    expect(world.events.filter((event) => event.kind === 'orphan.removed')).toEqual([
      { kind: 'orphan.removed', copyId, depositionId: left },
    ])
    await world.zenodo.forgetRequests()
    expect(await world.copy(copyId)).toMatchObject({ state: 'finished', depositionId: used })
  })

  it('101: create after create may be lost: at most one draft of the family remains', async () => {
    await lag(3600)
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, times: 3, commit: true, ...page })
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 4 })
    expect(await drafts()).toHaveLength(4)
    await lag(0)
    await world.work()
    expect(await drafts()).toEqual([copy.depositionId])
  })

  const faults = {
    'a 504 after the fact': { commit: true, ...page },
    'a cut connection after the fact': { commit: true, drop: true },
    'an error before the fact': { status: 500, body: '{"status":500,"message":"x"}' },
  }
  const names = Object.keys(faults) as Array<keyof typeof faults>
  const runs = names.flatMap((first) => names.map((second) => [first, second] as const))

  it.each(runs)('101: whatever a run of failures is made of, one draft remains: %s, then %s', async (...run) => {
    await lag(3600)
    const match = { method: 'POST', path: '/depositions$' }
    for (const name of run) await world.zenodo.fault({ match, ...faults[name] })
    const copy = await world.bring({ supp: files }, 'supp')
    expect(copy).toMatchObject({ state: 'finished', attempts: 3 })
    await lag(0)
    await world.work()
    expect(await drafts()).toEqual([copy.depositionId])
  })

  it('101: nothing is deleted that a copy may still continue on; once it is cancelled, the draft goes', async () => {
    await world.zenodo.fault({ match: { path: '/depositions' }, times: 0, commit: true, ...page })
    const stop = new AbortController()
    const { software } = await world.enqueue({ software: files }, 'software')
    await world.app.worker({ mode: 'once', only: null }, stop.signal).catch(() => {})
    expect(await drafts()).toHaveLength(1)
    await world.zenodo.clearFaults()
    expect(await orphans()).toEqual([])
    await world.app.act('cancel', { filter: { ids: [software!.id] }, actor })
    expect(await orphans()).toEqual(await drafts())
    await world.work()
    expect(await drafts()).toEqual([])
    await world.app.act('requeue', { filter: { ids: [software!.id] }, actor })
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished' })
    expect(await drafts()).toHaveLength(1)
  })

  it('101: drafts of people are never deleted, nor those of another installation on the same account', async () => {
    await leaveOne('10.5061/dryad.abc')
    const theirs = [
      await byHand('POST', '', { metadata: { title: 'By hand' } }),
      await byHand('POST', '', { metadata: { title: 'Other', keywords: ['zenodo-replicator:not-announced-here'] } }),
    ].map((made) => made.id)
    await world.work()
    expect(await drafts()).toEqual(expect.arrayContaining(theirs))
    expect(await drafts()).toHaveLength(3)
  })

  it('101: an orphan is found behind more than a hundred newer drafts', async () => {
    const { used, left } = await leaveOne('10.5061/dryad.abc')
    for (let made = 0; made < 120; made += 20) {
      await Promise.all(Array.from({ length: 20 }, () => byHand('POST', '', { metadata: { title: 'By hand' } })))
    }
    expect(await orphans()).toEqual([left])
    await world.work()
    const remaining = await drafts()
    expect(remaining).toHaveLength(121)
    expect(remaining).toContain(used)
  })

  // by the records API, a lost answer is asked for again, which gives the same draft
  inDepositApi(kind)(
    '100: a new version whose copy was cancelled is deleted, and the next version starts afresh',
    async () => {
      const { first, second } = await loseNewVersion()
      expect(await drafts()).toHaveLength(1)
      expect(await orphans()).toEqual([])
      await world.app.act('cancel', { filter: { ids: [second.id] }, actor })
      expect(await orphans()).toEqual(await drafts())
      await world.work()
      expect(await drafts()).toEqual([])
      const third = await world.bring({ number: 3, software: { 'f3.txt': 'three' } }, 'software')
      expect(third.state).toBe('finished')
      expect(await drafts()).toEqual([third.depositionId])
      expect(await world.zenodo.record(first.depositionId)).toMatchObject({ state: 'done' })
    },
  )

  // by the records API, a lost answer is asked for again, which gives the same draft
  inDepositApi(kind)(
    '100: a new version that the index does not show yet is waited for, never made twice, and continued at last',
    async () => {
      await world.bring({ software: files }, 'software_publish')
      await lag(3600)
      await world.zenodo.fault({ match: { path: '/actions/newversion' }, commit: true, ...page })
      const copy = await world.bring({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
      expect(copy).toMatchObject({ state: 'error', depositionId: null, error: { code: 'zenodo_draft_exists' } })
      const [draft, ...others] = await drafts()
      expect(others).toEqual([])
      await lag(0)
      expect(await orphans()).toEqual([])
      await world.app.act('requeue', { filter: { ids: [copy.id] }, actor })
      await world.work()
      expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', depositionId: draft })
      expect(await drafts()).toEqual([draft])
    },
  )

  inDepositApi(kind)(
    '100: the next version that a person made or works on stays, whatever our calls left open',
    async () => {
      const { first, second } = await loseNewVersion()
      await world.app.act('cancel', { filter: { ids: [second.id] }, actor })
      const [draft] = await drafts()
      const { links } = await byHand('GET', `/${draft}`)
      const headers = { authorization: `Bearer ${world.emulator.token}`, 'content-type': 'application/octet-stream' }
      const sent = await fetch(`${links.bucket}/mine.txt`, { method: 'PUT', headers, body: 'a file of a person' })
      expect(sent.status).toBe(201)
      await world.work()
      expect(await drafts()).toEqual([draft])
      expect(await world.zenodo.record(first.depositionId)).toMatchObject({ state: 'done' })
    },
  )

  it('a deletion whose answer was lost is settled by looking, and one that Zenodo refuses is tried again later', async () => {
    const { copyId, used, left } = await leaveOne('10.5061/dryad.abc')
    const match = { method: 'DELETE', path: `/depositions/${left}$` }
    const json = { 'content-type': 'application/json' }
    const denied = '{"status":403,"message":"Permission denied."}'
    await world.zenodo.fault({ match, status: 403, headers: json, body: denied })
    await world.work()
    expect(world.events.filter((event) => event.kind === 'orphan.kept')).toMatchObject([{ depositionId: left }])
    expect(await drafts()).toHaveLength(2)
    await world.zenodo.fault({ match, times: 5, commit: true, ...page })
    await world.work()
    expect(await drafts()).toEqual([used])
    const outcomes = (await world.app.reading.events(copyId)).map(({ data }) => data.outcome)
    expect(outcomes.filter(Boolean).slice(-2)).toEqual(['refused: zenodo_forbidden', expect.stringMatching(/done$/)])
  })

  it('asks Zenodo for nothing when no answer was ever lost, nor while a person has paused the service', async () => {
    await world.bring({ software: files }, 'software')
    await world.zenodo.forgetRequests()
    await world.work()
    expect(await world.zenodo.calls()).toEqual([])
    await leaveOne('10.5061/dryad.other')
    await world.app.desk.setSwitch('pause', actor)
    await world.zenodo.forgetRequests()
    await world.work()
    expect(await world.zenodo.calls()).toEqual([])
  })

  it('a running worker does the chore again and again, so that nobody has to', async () => {
    const daily = await createWorld(kind, { config: { ...never, 'worker.orphansEverySeconds': 1 } })
    const stop = new AbortController()
    const working = daily.app.worker({ mode: 'daemon', only: null }, stop.signal)
    try {
      await daily.zenodo.settings({ indexLagSeconds: 3600 })
      await daily.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, commit: true, ...page })
      const { software } = await daily.enqueue({ software: files }, 'software')
      await expect.poll(async () => (await daily.copy(software!.id)).state, { timeout: 30_000 }).toBe('finished')
      await daily.zenodo.settings({ indexLagSeconds: 0 })
      await expect.poll(async () => (await daily.zenodo.records()).length, { timeout: 30_000 }).toBe(1)
    } finally {
      stop.abort('test')
      await working
      await daily.close()
    }
  })
})
