/** Is a version made at Zenodo only when it has other files than the one before? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

describe.each(submissionsOnce)('needless versions on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)
  const files = { 'a.txt': 'one', 'b.txt': 'two' }
  const states = async () => (await world.zenodo.records()).map((record) => [record.id, record.state])

  /** Version 1 is public, version 2 is a draft with another file. */
  const publishedThenDraft = async (more: Partial<VersionDraft> = {}) => {
    const first = await world.bring(version(1, files, more), publishType)
    const second = await world.bring(version(2, { ...files, 'c.txt': 'three' }, more), family)
    expect(second.depositionId).not.toBe(first.depositionId)
    return { first, second }
  }

  it.each([true, false])(
    '52: a version with the published files again drops the open draft, and its metadata become public (checksums: %s)',
    async (checksums) => {
      const { first, second } = await publishedThenDraft({ checksums })
      const id = first.depositionId
      const again = version(3, files, { title: 'Another title', checksums })
      const third = await world.bring(again, publishType)
      expect(third).toMatchObject({ state: 'finished', attempts: 1, depositionId: id, doi: first.doi })
      expect(third.note).toContain(`so the draft ${second.depositionId} was dropped`)
      expect(await states()).toEqual([[id, 'done']])
      const record = await world.zenodo.record(id)
      expect(record.metadata).toMatchObject({ title: 'Another title' })
      expect(held(record)).toEqual(md5s(files))
    },
  )

  it('52: its submission drops the draft already, and every copy that pointed at it shows the published DOI', async () => {
    const { first, second } = await publishedThenDraft()
    const before = (await world.outbox()).length
    await world.zenodo.forgetRequests()
    const third = await world.bring(version(3, files), family)
    const place = { depositionId: first.depositionId, doi: first.doi, recordUrl: first.recordUrl }
    expect(third).toMatchObject({ state: 'finished', ...place })
    expect(await world.copy(second.id)).toMatchObject({ state: 'finished', ...place, note: third.note })
    expect(await world.zenodo.calls()).toEqual([
      `get ${second.depositionId}`,
      `get ${first.depositionId}`,
      `discard ${second.depositionId}`,
      `get ${first.depositionId}`,
    ])
    const told = (await world.outbox()).slice(before)
    expect(told.map(({ kind: what, payload }) => [what, payload.copyId, payload.doi])).toEqual([
      ['copy.moved', second.id, first.doi],
      ['copy.finished', third.id, first.doi],
    ])
  })

  it('52: a file that is as it was before the draft is known by its checksum: its source is not read', async () => {
    const first = await world.bring(version(1, files), publishType)
    await world.bring(version(2, { ...files, 'a.txt': 'ONE' }), family)
    const third = await world.bring(version(3, files), publishType)
    expect(third).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(world.source.hits(`${family}/v3/a.txt`)).toBe(0)
  })

  it('52: the next version with other files starts from the published record', async () => {
    const { first } = await publishedThenDraft()
    await world.bring(version(3, files), publishType)
    const fourth = await world.bring(version(4, { 'a.txt': 'ONE' }), publishType)
    expect(fourth).toMatchObject({ state: 'finished', conceptRecid: first.conceptRecid })
    expect(held(await world.zenodo.record(fourth.depositionId))).toEqual(md5s({ 'a.txt': 'ONE' }))
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(files))
  })

  it('52: a dropped draft whose discard was not answered is left all the same', async () => {
    const { first, second } = await publishedThenDraft()
    await world.zenodo.fault({ match: { method: 'DELETE' }, commit: true, drop: true })
    const third = await world.bring(version(3, files), publishType)
    expect(third).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect((await world.copy(second.id)).depositionId).toBe(first.depositionId)
    expect(await states()).toEqual([[first.depositionId, 'done']])
  })

  it('a version of the same bytes under another name is a new version', async () => {
    const first = await world.bring(version(1, files), publishType)
    const second = await world.bring(version(2, { 'a.txt': 'one', 'z.txt': 'two' }), publishType)
    expect(second).toMatchObject({ state: 'finished' })
    expect(second.depositionId).not.toBe(first.depositionId)
  })

  it('49: where Zenodo refuses files that it has in an earlier version, the copies point at that version', async () => {
    await world.zenodo.settings({ filesMustDiffer: true })
    const first = await world.bring(version(1, files), publishType)
    const second = await world.bring(version(2, { 'a.txt': 'ONE' }), publishType)
    const submitted = await world.bring(version(3, files), family)
    const before = (await world.outbox()).length
    const third = await world.bring(version(3, files), publishType)
    const place = { depositionId: first.depositionId, doi: first.doi }
    expect(third).toMatchObject({ state: 'finished', attempts: 1, error: null, ...place })
    expect(third.note).toContain('takes no version with the same ones')
    expect(await world.copy(submitted.id)).toMatchObject({ ...place, note: third.note })
    expect(await states()).toEqual([
      [first.depositionId, 'done'],
      [second.depositionId, 'done'],
    ])
    const told = (await world.outbox()).slice(before)
    expect(told.map(({ kind: what, payload }) => [what, payload.copyId, payload.doi])).toEqual([
      ['copy.moved', submitted.id, first.doi],
      ['copy.finished', third.id, first.doi],
      ['staging.may_be_deleted', third.id, undefined],
    ])
  })

  it('49: a refusal for files of a version that is not ours is an error in words, and the draft stays', async () => {
    const first = await world.bring(version(1, files), publishType)
    const message = "New version's files must differ from all previous versions."
    const body = { status: 400, message: 'Validation error.', errors: [{ code: 10, message }] }
    await world.zenodo.fault({ match: { path: '/actions/publish' }, status: 400, body })
    const second = await world.bring(version(2, { 'a.txt': 'ONE' }), publishType)
    expect(second).toMatchObject({ state: 'error', attempts: 1, error: { code: 'zenodo_files_known' } })
    expect(second.error?.message).toContain('files must differ from all previous versions')
    expect(second.error?.hint).toContain('Look for it at Zenodo')
    expect(await states()).toEqual([
      [first.depositionId, 'done'],
      [second.depositionId, 'unsubmitted'],
    ])
  })

  it('47: a version without files has no related work, and the copies of the dropped draft show the record before', async () => {
    const first = await world.bring(version(1, files), publishType)
    const second = await world.bring(version(2, { 'c.txt': 'three' }), family)
    await world.bring(version(3, {}), family)
    const before = (await world.outbox()).length
    const third = await world.bring(version(3, {}), publishType)
    expect(third).toMatchObject({ state: 'finished', depositionId: first.depositionId, recordUrl: first.recordUrl })
    const told = (await world.outbox()).slice(before).map(({ kind: what, payload }) => ({ what, ...payload }))
    expect(told).toMatchObject([
      { what: 'copy.moved', copyId: second.id, doi: first.doi, relation: expect.stringMatching(/^Is/) },
      { what: 'copy.moved', version: { number: 3 }, type: family, relation: null },
      { what: 'copy.finished', copyId: third.id, published: false, relation: null },
    ])
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(files))
  })
})
