/** What becomes of a copy when a person has changed things at Zenodo by hand: published, edited, opened, deleted? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { type PersonAtZenodo, personAtZenodo } from '../support/person-at-zenodo.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

describe.each(submissionsOnce)('changes by hand at Zenodo, on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  let person: PersonAtZenodo
  beforeEach(async () => {
    world = await createWorld(kind)
    person = personAtZenodo(world.emulator)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)
  const files = { 'a.txt': 'one', 'b.txt': 'two' }
  const other = { 'a.txt': 'ONE', 'c.txt': 'three' }
  const states = async () => (await world.zenodo.records()).map((record) => [record.id, record.state])
  const submitted = async () => (await world.bring(version(1, files), family)).depositionId!
  const published = async () => (await world.bring(version(1, files), publishType)).depositionId!

  it('our draft was published: the publish copy makes the metadata ours, and no version', async () => {
    const id = await submitted()
    await person.describe(id, { title: 'As I like it' })
    await person.publish(id)
    const copy = await world.bring(version(1, files), publishType)
    expect(copy).toMatchObject({ state: 'finished', depositionId: id, attempts: 1 })
    expect(await states()).toEqual([[id, 'done']])
    expect(await world.zenodo.record(id)).toMatchObject({ metadata: { title: 'Heights of sunflowers' } })
  })

  it('our draft was published with other files: a version with ours follows', async () => {
    const id = await submitted()
    await person.upload(id, 'mine.txt', 'not of the dataset')
    await person.removeFile(id, 'b.txt')
    await person.publish(id)
    const copy = await world.bring(version(1, files), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await states()).toEqual([
      [id, 'done'],
      [copy.depositionId, 'done'],
    ])
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(files))
  })

  it('our draft lost a file: it is sent again before the record is published', async () => {
    const id = await submitted()
    await person.removeFile(id, 'b.txt')
    await world.bring(version(1, files), publishType)
    expect(held(await world.zenodo.record(id))).toEqual(md5s(files))
  })

  it('our draft was published under another DOI: the copy goes on in a deposition of its own, and says why', async () => {
    const id = await submitted()
    await person.describe(id, { doi: '10.1234/theirs' })
    await person.publish(id)
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1, doi: `10.5281/zenodo.${copy.depositionId}` })
    expect(copy.note).toBe(
      `Record ${id} has the DOI 10.1234/theirs, with which this copy cannot go on, so it has a deposition of its own.`,
    )
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(other))
    const third = await world.bring(version(3, files), publishType)
    expect(third).toMatchObject({ state: 'finished', conceptRecid: copy.conceptRecid })
  })

  it('the metadata of the record were edited: the next version of the metadata takes their place', async () => {
    const id = await published()
    await person.edit(id)
    await person.describe(id, { title: 'As I like it', keywords: ['mine'] })
    await person.publish(id)
    const copy = await world.bring(version(2, files, { title: 'Second' }), publishType)
    expect(copy).toMatchObject({ state: 'finished', depositionId: id })
    const record = await world.zenodo.record(id)
    expect(record).toMatchObject({ state: 'done', metadata: { title: 'Second' } })
    expect(record.metadata.keywords ?? []).toEqual([])
  })

  it('an edit was left open: the publish copy goes on with it, the submission leaves it alone', async () => {
    const id = await published()
    await person.edit(id)
    await person.describe(id, { title: 'As I like it' })
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, files, { title: 'Second' }), family)
    expect(second).toMatchObject({ state: 'finished', attempts: 0, depositionId: id })
    expect(await world.zenodo.calls()).toEqual([`get ${id}`])
    await world.bring(version(2, files, { title: 'Second' }), publishType)
    const [record, ...others] = await world.zenodo.records()
    expect(others).toEqual([])
    expect(record).toMatchObject({ id, state: 'done', metadata: { title: 'Second' } })
  })

  it.each<[string, () => CopyType]>([
    ['submission', () => family],
    ['publish copy', () => publishType],
  ])('54: an edit was left open and the files change: a %s drops it and makes a new version', async (_name, type) => {
    const id = await published()
    await person.edit(id)
    await person.describe(id, { title: 'As I like it' })
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, other), type())
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect((await world.zenodo.calls()).slice(0, 3)).toEqual([`get ${id}`, `discard ${id}`, `newversion ${id}`])
    const record = await world.zenodo.record(id)
    expect(record).toMatchObject({ state: 'done', metadata: { title: 'Heights of sunflowers' } })
    expect(held(record)).toEqual(md5s(files))
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(other))
  })

  it('a next version was published: ours follows it when its files are others', async () => {
    const id = await published()
    const theirs = await person.newVersion(id)
    await person.upload(theirs, 'mine.txt', 'x')
    await person.describe(theirs, { publication_date: '2026-11-24' })
    await person.publish(theirs)
    const second = await world.bring(version(2, other), publishType)
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await states()).toEqual([id, theirs, second.depositionId].map((one) => [one, 'done']))
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(other))
  })

  it.each<[string, () => CopyType]>([
    ['submission', () => family],
    ['publish copy', () => publishType],
  ])(
    'a next version was published with the files of ours: a %s goes on with it and makes none',
    async (_name, type) => {
      const id = await published()
      const theirs = await person.newVersion(id)
      await person.upload(theirs, 'b.txt', 'TWO')
      await person.describe(theirs, { title: 'As I like it', publication_date: '2026-11-24' })
      await person.publish(theirs)
      const second = await world.bring(version(2, { ...files, 'b.txt': 'TWO' }), type())
      expect(second).toMatchObject({ state: 'finished', depositionId: theirs, doi: `10.5281/zenodo.${theirs}` })
      expect(await states()).toEqual([id, theirs].map((one) => [one, 'done']))
      const title = type() === publishType ? 'Heights of sunflowers' : 'As I like it'
      expect(await world.zenodo.record(theirs)).toMatchObject({ metadata: { title } })
    },
  )

  it('a next version was published with the files of ours, and the one after it begun: that draft is left alone', async () => {
    const id = await published()
    const theirs = await person.newVersion(id)
    await person.upload(theirs, 'b.txt', 'TWO')
    await person.describe(theirs, { publication_date: '2026-11-24' })
    await person.publish(theirs)
    const begun = await person.newVersion(theirs)
    await person.describe(begun, { title: 'My next one' })
    const second = await world.bring(version(2, { ...files, 'b.txt': 'TWO' }), publishType)
    expect(second).toMatchObject({ state: 'finished', depositionId: theirs })
    expect(await states()).toEqual([
      [id, 'done'],
      [theirs, 'done'],
      [begun, 'unsubmitted'],
    ])
    expect(await world.zenodo.record(begun)).toMatchObject({ metadata: { title: 'My next one' } })
  })

  it('the record was withdrawn: nothing is published again before a person says so', async () => {
    const id = await published()
    const { copies } = await world.app.reading.list({ types: [publishType] })
    const gone = { status: 410, body: { status: 410, message: 'The record has been deleted.' } }
    await world.zenodo.fault({ match: { method: 'GET', path: `/depositions/${id}` }, times: 0, ...gone })
    const before = (await world.outbox()).length
    const second = await world.bring(version(2, other), publishType)
    expect(second).toMatchObject({ state: 'error', attempts: 0, error: { code: 'record_withdrawn' } })
    expect(second.error?.message).toBe(`Record ${id} was published and is gone from Zenodo: somebody has withdrawn it.`)
    expect(second.error?.hint).toContain('requeue the copy; to leave it at that, cancel')
    expect(await world.copy(copies[0]!.id)).toMatchObject({
      depositionId: null,
      doi: null,
      note: second.error?.message,
    })
    expect((await world.outbox()).slice(before)).toMatchObject([
      { kind: 'copy.moved', payload: { copyId: copies[0]!.id, doi: null, relation: null } },
      { kind: 'copy.error' },
    ])
    expect(await world.zenodo.records()).toHaveLength(1)
    await world.app.act('requeue', { filter: { ids: [second.id] }, actor: { name: 'curator', reason: 'agreed' } })
    await world.work()
    const again = await world.copy(second.id)
    expect(again).toMatchObject({ state: 'finished', attempts: 1, error: null })
    expect(held(await world.zenodo.record(again.depositionId))).toEqual(md5s(other))
  })

  it('a next version was published, and only our metadata change: our own record is edited', async () => {
    const id = await published()
    const theirs = await person.newVersion(id)
    await person.upload(theirs, 'mine.txt', 'x')
    await person.publish(theirs)
    const second = await world.bring(version(2, files, { title: 'Second' }), publishType)
    expect(second).toMatchObject({ state: 'finished', depositionId: id })
    expect(await world.zenodo.record(id)).toMatchObject({ state: 'done', metadata: { title: 'Second' } })
  })
})
