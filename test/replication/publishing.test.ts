import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, held, md5s, submissions, type VersionDraft, versionOf, type World } from '../support/world.ts'

describe.each(submissions)('publishing on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)
  const files = { 'f1.txt': 'one' }

  it('42: changed metadata of a published record becomes public by edit, PUT and publish', async () => {
    const first = await world.bring(version(1, files), family)
    await world.bring(version(1, files), publishType)
    await world.bring(version(2, files, { title: 'Another title' }), family)
    await world.zenodo.forgetRequests()
    const copy = await world.bring(version(2, files, { title: 'Another title' }), publishType)
    const id = first.depositionId
    expect(copy).toMatchObject({ state: 'finished', depositionId: id })
    const changes = (await world.zenodo.calls()).filter((call) => !call.startsWith('get'))
    expect(changes).toEqual([`edit ${id}`, `metadata ${id}`, `publish ${id}`])
    expect(await world.zenodo.record(id)).toMatchObject({ state: 'done', metadata: { title: 'Another title' } })
  })

  it('43: a draft with its files is published without a file call, and read back', async () => {
    const { depositionId: id } = await world.bring(version(1, files), family)
    await world.zenodo.forgetRequests()
    const copy = await world.bring(version(1, files), publishType)
    expect(copy).toMatchObject({ state: 'finished', doi: `10.5281/zenodo.${id}` })
    expect(await world.zenodo.calls()).toEqual([
      `get ${id}`,
      `metadata ${id}`,
      `get ${id}`,
      `publish ${id}`,
      `get ${id}`,
    ])
    expect(held(await world.zenodo.record(id))).toEqual(md5s(files))
  })

  it.each([
    ['a 504', { status: 504, body: '<html>Gateway Time-out</html>' }],
    ['a cut connection', { drop: true }],
  ])(
    '44: a publish that succeeded but was answered by %s is found out by looking, and not repeated',
    async (_name, answer) => {
      const { depositionId: id } = await world.bring(version(1, files), family)
      await world.zenodo.fault({ match: { path: '/actions/publish' }, commit: true, ...answer })
      const copy = await world.bring(version(1, files), publishType)
      expect(copy).toMatchObject({ state: 'finished', attempts: 1, error: null })
      expect((await world.zenodo.calls()).filter((call) => call === `publish ${id}`)).toHaveLength(1)
    },
  )

  it('44: a publish that Zenodo did not carry out is sent again later, by itself', async () => {
    await world.bring(version(1, files), family)
    await world.zenodo.fault({
      match: { path: '/actions/publish' },
      status: 504,
      body: '<html>Gateway Time-out</html>',
    })
    const copy = await world.bring(version(1, files), publishType)
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
  })

  it('a publish copy alone brings the whole version: draft, files and publication', async () => {
    const copy = await world.bring(version(1, files, { published: true }), publishType)
    expect(copy.state).toBe('finished')
    expect(await world.zenodo.record(copy.depositionId)).toMatchObject({
      state: 'done',
      files: [{ filename: 'f1.txt' }],
    })
  })

  it('47: a version that lost all its files drops its empty draft; the published record stays', async () => {
    const first = await world.bring(version(1, files), family)
    await world.bring(version(1, files), publishType)
    await world.bring(version(2, { 'f2.txt': 'two' }), family)
    await world.bring(version(3, {}), family)
    const copy = await world.bring(version(3, {}), publishType)
    expect(copy).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    const records = await world.zenodo.records()
    expect(records.map((record) => [record.id, record.state])).toEqual([[first.depositionId, 'done']])
  })

  it('48: after a dropped draft the next version starts from the last published one', async () => {
    await world.bring(version(1, files), family)
    await world.bring(version(1, files), publishType)
    await world.bring(version(2, { 'f2.txt': 'two' }), family)
    await world.bring(version(3, {}), family)
    await world.bring(version(3, {}), publishType)
    const copy = await world.bring(version(4, { 'f4.txt': 'four' }), family)
    expect(copy.state).toBe('finished')
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'f4.txt': 'four' }))
  })
})
