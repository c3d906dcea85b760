/** Which copies wait for which, which make nothing at Zenodo, and what cannot be asked for at all? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(submissionsOnce)('whose turn it is on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)
  const files = { 'f1.txt': 'one' }
  const other = family === 'software' ? 'supp' : 'software'

  it.each<[string, CopyType]>([
    ['31: a submission', family],
    ['53: a publish copy', publishType],
  ])('%s without files, now or before, ends as "nothing to submit" without a request', async (_name, type) => {
    const copy = await world.bring(version(1, {}), type)
    expect(copy).toMatchObject({ state: 'finished', attempts: 0, depositionId: null, doi: null })
    expect(copy.note).toContain('Nothing to submit')
    expect(await world.zenodo.calls()).toEqual([])
    expect(await world.outbox()).toMatchObject([
      { kind: 'copy.finished', payload: { published: false, doi: null, relation: null, note: copy.note } },
    ])
  })

  it('32: the first file after that makes a deposition', async () => {
    await world.bring(version(1, {}), family)
    await world.bring(version(1, {}), publishType)
    const second = await world.bring(version(2, files), family)
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(files))
  })

  it('33: the type of a copy decides its way and its files; no row can mix them', async () => {
    const mixed = version(1, files, { data: { 'd.csv': 'data' }, published: true })
    const copies = await world.enqueue(mixed, 'data', family)
    await world.work()
    const ofData = await world.zenodo.record((await world.copy(copies.data!.id)).depositionId)
    expect([ofData.state, held(ofData)]).toEqual(['done', md5s({ 'd.csv': 'data' })])
    const submitted = await world.zenodo.record((await world.copy(copies[family]!.id)).depositionId)
    expect([submitted.state, held(submitted)]).toEqual(['unsubmitted', md5s(files)])
    const mix = `UPDATE zenodo_copies SET copy_type = 'data' WHERE id = ${copies[family]!.id}`
    await expect(world.sql(mix)).rejects.toThrow(/zenodo_copies_type/)
  })

  it('34: a version has at most one copy of a type, whoever writes the row', async () => {
    const { id } = (await world.enqueue(version(1, files), family))[family]!
    const columns =
      'dataset_id, dataset_version_id, copy_type, family, state, priority, run_after, created_at, updated_at'
    const rest = 'state_changed_at'
    const second = `INSERT INTO zenodo_copies (${columns}, ${rest}, position) SELECT ${columns}, ${rest}, position + 1000 FROM zenodo_copies WHERE id = ${id}`
    await expect(world.sql(second)).rejects.toThrow(/unique|duplicate/i)
  })

  it('35: a version whose predecessor was never enqueued brings all of its files itself; the predecessor then comes too late', async () => {
    const carried = { ...files, 'f2.txt': 'two' }
    const second = await world.bring(version(2, carried), family)
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(carried))
    await world.zenodo.forgetRequests()
    await expect(world.enqueue(version(1, files), family)).rejects.toMatchObject({
      code: 'version_superseded',
      message: `Version 1 cannot get a ${family} copy any more: copy ${second.id} (${family} of version 2) has been taken to Zenodo.`,
    })
    expect(await world.zenodo.calls()).toEqual([])
  })

  it('35, 37: while an earlier copy has failed, a later one does nothing; it names the one it waits for', async () => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 400, body: {} })
    const first = await world.bring(version(1, files), family)
    expect(first.state).toBe('error')
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, files), family)
    expect(second).toMatchObject({ state: 'enqueued', attempts: 0, blockedBy: first.id, error: null })
    expect(await world.zenodo.calls()).toEqual([])
    expect((await world.outbox()).map((message) => message.payload.copyId)).toEqual([first.id])
    await world.zenodo.clearFaults()
    await world.app.act('cancel', { filter: { ids: [first.id] }, actor })
    await world.work()
    expect(await world.copy(second.id)).toMatchObject({ state: 'finished', depositionId: first.depositionId })
  })

  it('36: a failed copy of one family holds back none of the other', async () => {
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/.*/broken' },
      times: 0,
      status: 400,
      body: {},
    })
    const both = { ...version(1, { 'broken.txt': 'x' }), [other]: { 'fine.txt': 'y' } }
    const copies = await world.enqueue(both, family, other)
    await world.work()
    expect(await world.copy(copies[family]!.id)).toMatchObject({ state: 'error' })
    expect(await world.copy(copies[other]!.id)).toMatchObject({ state: 'finished', blockedBy: null })
  })

  it('37: while an earlier copy is deferred or waits for its time, a later one does not touch Zenodo', async () => {
    const first = (await world.enqueue(version(1, files), family))[family]!
    await world.app.act('defer', { filter: { ids: [first.id] }, actor })
    const second = (await world.enqueue(version(2, files), family))[family]!
    await world.work()
    await world.app.act('resume', { filter: { ids: [first.id] }, actor })
    await world.sql(`UPDATE zenodo_copies SET run_after = '2999-01-01 00:00:00.000' WHERE id = ${first.id}`)
    await world.app.worker({ mode: 'once', only: null }, new AbortController().signal)
    expect(await world.copy(second.id)).toMatchObject({ state: 'enqueued', attempts: 0, blockedBy: first.id })
    expect(await world.zenodo.calls()).toEqual([])
    await world.app.act('requeue', { filter: { ids: [first.id] }, actor })
    await world.work()
    expect(await world.copy(second.id)).toMatchObject({ state: 'finished', attempts: 1 })
  })
})
