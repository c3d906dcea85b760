/** Is a draft never lost, never made twice, and done without when somebody deleted it? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType, DepositionId } from '../../src/core/copy.ts'
import { type PersonAtZenodo, personAtZenodo } from '../support/person-at-zenodo.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

const actor = { name: 'curator', reason: null }

describe.each(submissionsOnce)('drafts of next versions on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  let person: PersonAtZenodo
  let first: DepositionId
  const files = { 'a.txt': 'one', 'b.txt': 'two' }
  const other = { 'a.txt': 'ONE', 'c.txt': 'three' }
  const version = (number: number, content: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, content, more)
  beforeEach(async () => {
    world = await createWorld(kind)
    person = personAtZenodo(world.emulator)
    first = (await world.bring(version(1, files), publishType)).depositionId!
    await world.zenodo.forgetRequests()
  })
  afterEach(() => world.close())
  const states = async () => (await world.zenodo.records()).map((record) => [record.id, record.state])
  const count = async (call: string) => (await world.zenodo.calls()).filter((one) => one.startsWith(call)).length
  const refusing = () =>
    world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, times: 0, status: 400, body: {} })

  it('100: "Please remove all files first": the draft that a person began is found and gone on with', async () => {
    const draft = await person.newVersion(first)
    await person.upload(draft, 'mine.txt', 'x')
    await world.zenodo.forgetRequests()
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1, depositionId: draft, error: null })
    expect(await count('newversion')).toBe(1)
    expect(await states()).toEqual([first, draft].map((id) => [id, 'done']))
    expect(held(await world.zenodo.record(draft))).toEqual(md5s(other))
  })

  it('100: a draft that a person began and emptied is gone on with too', async () => {
    const draft = await person.newVersion(first)
    for (const name of Object.keys(files)) await person.removeFile(draft, name)
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', depositionId: draft })
    expect(held(await world.zenodo.record(draft))).toEqual(md5s(other))
  })

  it("100: a draft that Zenodo's list does not show yet is found when it does", async () => {
    await world.zenodo.settings({ indexLagSeconds: 0.3 })
    const draft = await person.newVersion(first)
    const copy = await world.bring(version(2, other), family)
    // the list may need longer than all tries of a copy take here: then a person puts it back
    const { id } = copy
    const again = async () => {
      await world.app.act('requeue', { filter: { ids: [id] }, actor }).catch(() => {})
      await world.work()
      return (await world.copy(id)).state
    }
    await expect.poll(again, { timeout: 20_000 }).toBe('finished')
    expect((await world.copy(id)).depositionId).toBe(draft)
    expect(await world.zenodo.records()).toHaveLength(2)
  })

  it('19, 100: a copy that failed after its draft was made goes on with it', async () => {
    await refusing()
    const failed = await world.bring(version(2, other), family)
    expect(failed.state).toBe('error')
    await world.zenodo.clearFaults()
    await world.app.act('requeue', { filter: { ids: [failed.id] }, actor })
    await world.work()
    expect(await world.copy(failed.id)).toMatchObject({ state: 'finished', depositionId: failed.depositionId })
    expect(await count('newversion')).toBe(1)
  })

  it('the draft of a cancelled version serves the next one', async () => {
    await refusing()
    const cancelled = await world.bring(version(2, other), family)
    await world.zenodo.clearFaults()
    await world.app.act('cancel', { filter: { ids: [cancelled.id] }, actor })
    const third = await world.bring(version(3, { 'd.txt': 'four' }), publishType)
    expect(third).toMatchObject({ state: 'finished', depositionId: cancelled.depositionId })
    expect(await count('newversion')).toBe(1)
    expect(held(await world.zenodo.record(third.depositionId))).toEqual(md5s({ 'd.txt': 'four' }))
  })

  it('a draft that was deleted by hand is made again from the last published version', async () => {
    const submitted = await world.bring(version(2, other), family)
    await person.discard(submitted.depositionId!)
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await world.copy(submitted.id)).toMatchObject({
      depositionId: first,
      note: `The deposition ${submitted.depositionId} is gone from Zenodo.`,
    })
    expect(await states()).toEqual([first, copy.depositionId].map((id) => [id, 'done']))
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(other))
  })

  it('a draft that was deleted by hand needs nobody when the next version has the published files', async () => {
    const submitted = await world.bring(version(2, other), family)
    await person.discard(submitted.depositionId!)
    const third = await world.bring(version(3, files, { title: 'Third' }), publishType)
    expect(third).toMatchObject({ state: 'finished', depositionId: first })
    expect(await states()).toEqual([[first, 'done']])
    expect(await world.zenodo.record(first)).toMatchObject({ metadata: { title: 'Third' } })
  })

  /** Something that a person does at Zenodo while the file is on its way. */
  const during = (path: string, content: string, act: (draft: DepositionId) => Promise<void>) => {
    const actFirst = async () => {
      const { copies } = await world.app.reading.list({ states: ['replicating'] })
      await act(copies[0]!.depositionId!)
    }
    world.source.misbehave(`${family}/v2/${path}`, (_request, response) => {
      void actFirst().then(() => response.writeHead(200, { 'content-length': content.length }).end(content))
    })
  }

  it('a draft that is deleted by hand under the running upload is made again, by itself', async () => {
    let deleted: DepositionId = 0
    during('c.txt', 'three', async (draft) => {
      deleted = draft
      await person.discard(draft)
    })
    const copy = await world.bring(version(2, other), family)
    expect(copy).toMatchObject({ state: 'finished', attempts: 2, error: null })
    expect(copy.depositionId).not.toBe(deleted)
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(other))
    expect(await world.zenodo.records()).toHaveLength(2)
  })

  it('a draft that is published by hand under the running upload is followed by a version that is whole', async () => {
    let theirs: DepositionId = 0
    during('c.txt', 'three', async (draft) => {
      theirs = draft
      await person.publish(draft)
    })
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', error: null })
    expect(await states()).toEqual([first, theirs, copy.depositionId].map((id) => [id, 'done']))
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(other))
  })

  it('a draft that is published by hand right before ours is taken as published', async () => {
    await world.zenodo.fault({
      match: { path: '/actions/publish' },
      commit: true,
      status: 404,
      body: { status: 404, message: 'The persistent identifier does not exist.' },
    })
    const copy = await world.bring(version(2, other), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1, error: null })
    expect(await count('publish')).toBe(1)
  })
})
