/** How do data copies go on from version to version, in place under the dataset's DOI or as versions under Zenodo's? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyView } from '../../src/replication/ports/desk.ts'
import { backends, inDepositApi } from '../support/backends.ts'
import { openBeside } from '../support/open-beside.ts'
import { type PersonAtZenodo, personAtZenodo } from '../support/person-at-zenodo.ts'
import { createWorld, held, md5s, type VersionDraft, type World } from '../support/world.ts'

const one = { 'a.csv': 'one', 'b.csv': 'two' }
const other = { 'a.csv': 'ONE', 'c.csv': 'three' }
const version = (number: number, data: Record<string, string>, more: Partial<VersionDraft> = {}): VersionDraft => ({
  number,
  data,
  published: true,
  ...more,
})

const states = async (world: World) => (await world.zenodo.records()).map((record) => [record.id, record.state])

/** Brings a version through a service with other settings. */
async function bringWith(world: World, settings: Record<string, unknown>, draft: VersionDraft): Promise<CopyView> {
  const { data } = await world.enqueue(draft, 'data')
  const beside = await openBeside(world, settings)
  try {
    await beside.worker({ mode: 'once_and_wait', only: null }, new AbortController().signal)
  } finally {
    await beside.close()
  }
  return world.copy(data!.id)
}

describe.each(backends)("data under the dataset's DOI on %s", (kind) => {
  let world: World
  let person: PersonAtZenodo
  beforeEach(async () => {
    world = await createWorld(kind)
    person = personAtZenodo(world.emulator)
  })
  afterEach(() => world.close())

  it('never makes a version, which Zenodo refuses for a DOI of another: changed files are changed in place', async () => {
    const first = await world.bring(version(1, one), 'data')
    await expect(person.newVersion(first.depositionId!)).rejects.toThrow('403')
    const second = await world.bring(version(2, other), 'data')
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(await states(world)).toEqual([[first.depositionId, 'done']])
  })

  // by the records API, what is left of the upload keeps the draft from being published
  inDepositApi(kind)('a draft that a person published half sent is completed in place', async () => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/.*/b.csv' }, times: 0, status: 400, body: {} })
    const copy = await world.bring(version(1, one), 'data')
    await person.publish(copy.depositionId!)
    await world.zenodo.clearFaults()
    await world.app.act('requeue', { filter: { ids: [copy.id] }, actor: { name: 'curator', reason: null } })
    await world.work()
    expect(await world.copy(copy.id)).toMatchObject({ state: 'finished', depositionId: copy.depositionId })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(one))
  })

  it('without the grant to change files, no edit is left open, and with it a requeue ends the copy', async () => {
    const { depositionId } = await world.bring(version(1, one), 'data')
    await world.zenodo.settings({ externalDoiFiles: 'refused' })
    const second = await world.bring(version(2, other, { title: 'Second' }), 'data')
    expect(second).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_files_locked' } })
    expect(second.error?.hint).toContain('Ask Zenodo for the grant')
    expect(await states(world)).toEqual([[depositionId, 'done']])
    expect(await world.zenodo.record(depositionId)).toMatchObject({ metadata: { title: 'Heights of sunflowers' } })
    await world.zenodo.settings({ externalDoiFiles: 'granted' })
    await world.app.act('requeue', { filter: { ids: [second.id] }, actor: { name: 'curator', reason: null } })
    await world.work()
    expect(held(await world.zenodo.record(depositionId))).toEqual(md5s(other))
  })

  it('an edit that a person left open, with a file more, is gone on with and published as the dataset is', async () => {
    const { depositionId } = await world.bring(version(1, one), 'data')
    await person.edit(depositionId!)
    await person.upload(depositionId!, 'mine.csv', 'x')
    await person.describe(depositionId!, { title: 'As I like it' })
    await world.bring(version(2, one), 'data')
    expect(await states(world)).toEqual([[depositionId, 'done']])
    const record = await world.zenodo.record(depositionId)
    expect(record).toMatchObject({ metadata: { title: 'Heights of sunflowers' } })
    expect(held(record)).toEqual(md5s(one))
  })

  it('a draft that a person deleted is made anew', async () => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 400, body: {} })
    const copy = await world.bring(version(1, one), 'data')
    await person.discard(copy.depositionId!)
    await world.zenodo.clearFaults()
    const second = await world.bring(version(2, other), 'data')
    expect(second.state).toBe('enqueued')
    await world.app.act('requeue', { filter: { ids: [copy.id] }, actor: { name: 'curator', reason: null } })
    await world.work()
    const [record, ...others] = await world.zenodo.records()
    expect(others).toEqual([])
    expect(held(record!)).toEqual(md5s(other))
  })

  /** A record that was there before the service, under the dataset's DOI. */
  const recordBefore = async (owner: PersonAtZenodo) => {
    const creators = [{ name: 'Doe, Jane' }]
    const described = { upload_type: 'dataset', title: 'From before', description: 'Long ago.', creators }
    const id = await owner.create({ ...described, doi: '10.5061/dryad.abc', publication_date: '2020-01-01' })
    await owner.upload(id, 'a.csv', 'one')
    await owner.publish(id)
    return id
  }

  it('a record of ours that was there before, under the DOI, is found when Zenodo refuses another, and edited', async () => {
    const id = await recordBefore(person)
    const copy = await world.bring(version(1, one), 'data')
    expect(copy).toMatchObject({
      state: 'finished',
      attempts: 2,
      depositionId: id,
      doi: '10.5061/dryad.abc',
      error: null,
    })
    expect(copy.note).toContain(`Record ${id} has the DOI 10.5061/dryad.abc already`)
    expect(await states(world)).toEqual([[id, 'done']])
    const record = await world.zenodo.record(id)
    expect(record).toMatchObject({ metadata: { title: 'Heights of sunflowers' } })
    expect(held(record)).toEqual(md5s(one))
  })

  it('a record of somebody else under the DOI ends the copy in an error that says what to do', async () => {
    await world.zenodo.settings({ users: [{ name: 'other', token: 'other-token' }] })
    const theirs = await recordBefore(personAtZenodo({ url: world.emulator.url, token: 'other-token' }))
    const copy = await world.bring(version(1, one), 'data')
    expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_doi_taken' } })
    expect(copy.error?.message).toContain('doi:10.5061/dryad.abc already exists.')
    expect(copy.error?.hint).toContain('Search Zenodo for the DOI')
    expect(await states(world)).toEqual([
      [theirs, 'done'],
      [copy.depositionId, 'unsubmitted'],
    ])
  })

  it('after a change to DOIs of Zenodo the data go on in a record of their own, and the copy says why', async () => {
    const first = await world.bring(version(1, one), 'data')
    const second = await bringWith(world, { 'data.doi': 'zenodo' }, version(2, other))
    expect(second).toMatchObject({ state: 'finished', doi: `10.5281/zenodo.${second.depositionId}` })
    expect(second.note).toContain(`Record ${first.depositionId} has the DOI 10.5061/dryad.abc`)
    const third = await bringWith(world, { 'data.doi': 'zenodo' }, version(3, one))
    expect(third).toMatchObject({ state: 'finished', conceptRecid: second.conceptRecid })
    expect(await states(world)).toEqual([first, second, third].map((copy) => [copy.depositionId, 'done']))
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(one))
  })
})

describe.each(backends)('data under DOIs of Zenodo on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: { 'data.doi': 'zenodo' } })
  })
  afterEach(() => world.close())

  it('52: with the files of the version before, the metadata of that one are edited', async () => {
    const first = await world.bring(version(1, one), 'data')
    const second = await world.bring(version(2, one, { title: 'Second' }), 'data')
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId, doi: first.doi })
    expect(await states(world)).toEqual([[first.depositionId, 'done']])
    expect(await world.zenodo.record(first.depositionId)).toMatchObject({ metadata: { title: 'Second' } })
  })

  it('52: a draft that a cancelled version left is dropped when the next has the published files', async () => {
    const first = await world.bring(version(1, one), 'data')
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 400, body: {} })
    const second = await world.bring(version(2, other), 'data')
    await world.zenodo.clearFaults()
    await world.app.act('cancel', { filter: { ids: [second.id] }, actor: { name: 'curator', reason: null } })
    const third = await world.bring(version(3, one, { title: 'Third' }), 'data')
    expect(third).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(await states(world)).toEqual([[first.depositionId, 'done']])
    expect(await world.copy(second.id)).toMatchObject({ state: 'cancelled', depositionId: first.depositionId })
  })

  it("after a change to the dataset's DOI the data go on in a record under it", async () => {
    const first = await world.bring(version(1, one), 'data')
    const second = await bringWith(world, { 'data.doi': 'dataset' }, version(2, other))
    expect(second).toMatchObject({ state: 'finished', doi: '10.5061/dryad.abc' })
    expect(second.note).toContain(`Record ${first.depositionId} has the DOI ${first.doi}`)
    const third = await bringWith(world, { 'data.doi': 'dataset' }, version(3, one))
    expect(third).toMatchObject({ state: 'finished', depositionId: second.depositionId })
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(one))
  })

  it('a next version that Zenodo forbids ends in an error that says what it may be', async () => {
    await world.bring(version(1, one), 'data')
    const body = { status: 403, message: 'Permission denied.' }
    await world.zenodo.fault({ match: { path: '/actions/newversion' }, times: 0, status: 403, body })
    const second = await world.bring(version(2, other), 'data')
    expect(second).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_forbidden' } })
    expect(second.error?.message).toContain('A record whose DOI is not of Zenodo cannot have new versions there.')
    expect(second.error?.hint).toContain('Check who owns it at Zenodo')
  })
})
