/** What if the worker is killed, in the midst of its work or while Zenodo carries out a call that must not be made twice? Real processes, real signals. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databases } from '../support/database.ts'
import { startService, stopServices } from '../support/service-process.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

const files = { 'f1.txt': 'one' }
const longMs = 600_000

describe.each(databases)('a worker that is killed on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: { 'zenodo.looks': 1, 'zenodo.firstLookSeconds': 0.001 } })
  })
  afterEach(async () => {
    await stopServices()
    await world.close()
  })

  const worker = () =>
    startService(['worker', '--once', '--wait'], {
      DATABASE_URL: world.databaseUrl,
      ZENODO_URL: world.emulator.url,
      ZENODO_TOKEN: world.emulator.token,
      ZENODO_REPLICATOR_HOSTNAME: 'here',
      ZENODO_REPLICATOR_WORKER_HOST: 'here',
      ZENODO_REPLICATOR_SOURCES_ALLOW_PRIVATE_ADDRESSES: 'true',
      ZENODO_REPLICATOR_WORKER_LEASE_QUARANTINE_SECONDS: '0.1',
      ZENODO_REPLICATOR_WORKER_POLL_SECONDS: '0.05',
      ZENODO_REPLICATOR_ZENODO_REQUESTS_PER_MINUTE: '100000',
      ZENODO_REPLICATOR_ZENODO_FIRST_LOOK_SECONDS: '0.05',
      ZENODO_REPLICATOR_ZENODO_LOOKS: '3',
    })
  const drafts = async () => (await world.zenodo.records()).filter((record) => record.state !== 'done')
  const count = async (word: string) => (await world.zenodo.calls()).filter((call) => call.startsWith(word)).length

  /** Kills a worker once `happened` shows that Zenodo has done what it does not answer, and lets another go on. */
  async function killDuring(match: { method: string; path: string }, happened: () => Promise<boolean>) {
    await world.zenodo.fault({ match, commit: true, delayMs: longMs })
    const first = worker()
    await vi.waitFor(async () => expect(await happened()).toBe(true), { timeout: 30_000, interval: 50 })
    first.signal('SIGKILL')
    expect(await first.ended()).toBe('SIGKILL')
    await world.zenodo.clearFaults()
    await world.zenodo.forgetRequests()
    expect(await worker().ended()).toBe(0)
  }

  it('101: while a create is carried out leaves one draft, which the next worker continues', async () => {
    const { software } = await world.enqueue({ software: files }, 'software')
    await killDuring({ method: 'POST', path: '/depositions$' }, async () => (await drafts()).length === 1)
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await count('create')).toBe(0)
    const [draft, ...others] = await drafts()
    expect(others).toEqual([])
    expect(draft).toMatchObject({ id: copy.depositionId })
    expect(held(draft!)).toEqual(md5s(files))
  })

  it('100: while a new version is made leaves one draft, which the next worker continues', async () => {
    await world.bring({ software: files }, 'software_publish')
    const { software } = await world.enqueue({ number: 2, software: { 'f2.txt': 'two' } }, 'software')
    await killDuring({ method: 'POST', path: '/actions/newversion$' }, async () => (await drafts()).length === 1)
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    const [draft, ...others] = await drafts()
    expect(others).toEqual([])
    expect(draft).toMatchObject({ id: copy.depositionId })
    expect(held(draft!)).toEqual(md5s({ 'f2.txt': 'two' }))
  })

  it('44: while a record is published finds it published, and does not publish it again', async () => {
    const copies = await world.enqueue({ software: files }, 'software', 'software_publish')
    await killDuring({ method: 'POST', path: '/actions/publish$' }, async () => {
      const [record] = await world.zenodo.records()
      return record?.state === 'done'
    })
    expect(await world.copy(copies.software_publish!.id)).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await count('publish')).toBe(0)
    expect(await drafts()).toEqual([])
  })

  it('101: while an orphan is deleted leaves no draft but the one in use', async () => {
    await world.zenodo.settings({ indexLagSeconds: 3600 })
    const lost = { commit: true, status: 504, body: '<html>' }
    await world.zenodo.fault({ match: { method: 'POST', path: '/depositions$' }, ...lost })
    const copy = await world.bring({ software: files }, 'software')
    expect(await drafts()).toHaveLength(2)
    await world.zenodo.settings({ indexLagSeconds: 0 })
    await killDuring({ method: 'DELETE', path: '/depositions/' }, async () => (await drafts()).length === 1)
    expect((await drafts()).map((draft) => draft.id)).toEqual([copy.depositionId])
    expect(await world.copy(copy.id)).toEqual(copy)
  })

  it('98: with half of its copies done loses none and doubles none: each has one record, with its files', async () => {
    const contents = Array.from({ length: 10 }, (_, n) => ({ [`f${n}.txt`]: `content ${n}` }))
    for (const [n, data] of contents.entries()) {
      const published = { published: true, publicationDate: '2026-11-01' }
      await world.enqueue({ doi: `10.5061/dryad.k${n}`, ...published, data }, 'data')
    }
    const finished = async () => (await world.app.reading.list({ states: ['finished'] })).copies.length
    const first = worker()
    await vi.waitFor(async () => expect(await finished()).toBeGreaterThanOrEqual(5), { timeout: 30_000, interval: 5 })
    first.signal('SIGKILL')
    expect(await first.ended()).toBe('SIGKILL')
    expect(await worker().ended()).toBe(0)
    expect(await finished()).toBe(contents.length)
    const records = await world.zenodo.records()
    expect(records.filter(({ state }) => state === 'done')).toHaveLength(records.length)
    const text = (hashes: Record<string, string>) => JSON.stringify(hashes)
    expect(records.map((record) => text(held(record))).toSorted()).toEqual(
      contents.map((data) => text(md5s(data))).toSorted(),
    )
  })
})
