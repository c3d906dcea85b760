import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, held, md5s, submissions, type VersionDraft, versionOf, type World } from '../support/world.ts'

describe.each(submissions)('a submission on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)

  it('26: makes a draft under a reserved DOI, sends and verifies the files, and publishes nothing', async () => {
    const files = { 'f1.txt': 'one', 'f2.txt': 'two' }
    const copy = await world.bring(version(1, files), family)
    const id = copy.depositionId
    expect(copy).toMatchObject({
      state: 'finished',
      attempts: 1,
      doi: `10.5281/zenodo.${id}`,
      conceptRecid: String(Number(id) - 1),
    })
    const calls = await world.zenodo.calls()
    expect(calls.slice(0, 2)).toEqual(['create', `metadata ${id}`])
    expect(calls.slice(2, 4).toSorted()).toEqual(['put f1.txt', 'put f2.txt'])
    expect(calls.slice(4)).toEqual([`get ${id}`])
    const record = await world.zenodo.record(id)
    expect(record).toMatchObject({ state: 'unsubmitted', submitted: false, metadata: { doi: `10.5281/zenodo.${id}` } })
    expect(held(record)).toEqual(md5s(files))
  })

  it('27: a later version continues the open draft, and sends no file again that is there', async () => {
    const first = await world.bring(version(1, { 'f1.txt': 'one', 'f2.txt': 'two' }), family)
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, { 'f2.txt': 'two', 'f3.txt': 'three' }), family)
    const id = first.depositionId
    expect(second).toMatchObject({ state: 'finished', depositionId: id })
    expect(await world.zenodo.calls()).toEqual([
      `get ${id}`,
      `metadata ${id}`,
      'delete f1.txt',
      'put f3.txt',
      `get ${id}`,
    ])
  })

  it('28: changed files after publication start a new version; earlier copies keep theirs', async () => {
    const first = await world.bring(version(1, { 'f1.txt': 'one', 'f2.txt': 'two' }), family)
    await world.bring(version(1, { 'f1.txt': 'one', 'f2.txt': 'two' }), publishType)
    await world.zenodo.forgetRequests()
    const files = { 'f2.txt': 'two', 'f3.txt': 'three' }
    const second = await world.bring(version(2, files), family)
    expect(second.state).toBe('finished')
    expect(second.depositionId).not.toBe(first.depositionId)
    expect(second.doi).toBe(`10.5281/zenodo.${second.depositionId}`)
    expect(await world.zenodo.calls()).toEqual([
      `get ${first.depositionId}`,
      `newversion ${first.depositionId}`,
      `metadata ${second.depositionId}`,
      'delete f1.txt',
      'put f3.txt',
      `get ${second.depositionId}`,
    ])
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(files))
    expect(await world.copy(first.id)).toMatchObject({ depositionId: first.depositionId, doi: first.doi })
  })

  it('29: changed metadata of an open draft needs one PUT and no file calls', async () => {
    const first = await world.bring(version(1, { 'f1.txt': 'one' }), family)
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, { 'f1.txt': 'one' }, { title: 'Another title' }), family)
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(await world.zenodo.calls()).toEqual([`get ${first.depositionId}`, `metadata ${first.depositionId}`])
  })

  it('30: changed metadata of a published deposition waits for the publish copy; the note says so', async () => {
    const first = await world.bring(version(1, { 'f1.txt': 'one' }), family)
    await world.bring(version(1, { 'f1.txt': 'one' }), publishType)
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, { 'f1.txt': 'one' }, { title: 'Another title' }), family)
    expect(second).toMatchObject({ state: 'finished', attempts: 0, depositionId: first.depositionId, doi: first.doi })
    expect(second.note).toContain('once this version is published')
    expect(await world.zenodo.calls()).toEqual([`get ${first.depositionId}`])
  })

  it('38: a publish copy waits for the running submission of its version, then follows without anybody', async () => {
    const files = { 'f1.txt': 'one' }
    const copies = await world.enqueue(version(1, files), family, publishType)
    expect(copies[publishType]?.blockedBy).toBe(copies[family]?.id)
    await world.work()
    const ends = world.events.filter((event) => event.kind === 'copy.finished' || event.kind === 'copy.error')
    expect(ends.map((event) => [event.kind, event.copy.type])).toEqual([
      ['copy.finished', family],
      ['copy.finished', publishType],
    ])
    expect(
      await world.zenodo.record(copies[family]!.id && (await world.copy(copies[family]!.id)).depositionId),
    ).toMatchObject({ state: 'done' })
  })

  it('39: versions go strictly in order, each once, however many slots are free', async () => {
    for (const number of [1, 2, 3]) await world.enqueue(version(number, { 'f.txt': `content ${number}` }), family)
    await world.work()
    const story = world.events.flatMap((event) =>
      event.kind === 'copy.claimed' || event.kind === 'copy.finished' || event.kind === 'copy.error'
        ? [`${event.kind} ${event.copy.version.number}`]
        : [],
    )
    expect(story).toEqual([1, 2, 3].flatMap((number) => [`copy.claimed ${number}`, `copy.finished ${number}`]))
    const [record, ...others] = await world.zenodo.records()
    expect(others).toEqual([])
    expect(held(record!)).toEqual(md5s({ 'f.txt': 'content 3' }))
  })
})
