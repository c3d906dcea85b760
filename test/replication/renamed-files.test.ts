/** What becomes of a file that only got another name, when its source is gone by then? */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CopyType } from '../../src/core/copy.ts'
import { createWorld, held, md5s, submissionsOnce, type VersionDraft, versionOf, type World } from '../support/world.ts'

describe.each(submissionsOnce)('renamed files on %s of %s', (kind, family, publishType: CopyType) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const version = (number: number, files: Record<string, string>, more: Partial<VersionDraft> = {}) =>
    versionOf(family, number, files, more)
  const before = { 'old.R': 'plot(1)', 'same.R': 'print(2)' }
  const after = { 'new.R': 'plot(1)', 'same.R': 'print(2)' }
  const loseSource = (path: string) =>
    world.source.misbehave(`${family}/${path}`, (_request, response) => response.writeHead(404).end(), 100)
  const sent = async () => (await world.zenodo.calls()).filter((call) => /^(put|delete)/.test(call))

  it('41: after publication the bytes come from Zenodo itself, and the published version keeps its name', async () => {
    const first = await world.bring(version(1, before), publishType)
    loseSource('v2/new.R')
    await world.zenodo.forgetRequests()
    const second = await world.bring(version(2, after), family)
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await sent()).toEqual(['put new.R', 'delete old.R'])
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(after))
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(before))
  })

  it('41: in an open draft too, where the old name is the only place that still has the bytes', async () => {
    const first = await world.bring(version(1, before), family)
    loseSource('v2/new.R')
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/.*/new' }, afterBytes: 2, drop: true })
    const second = await world.bring(version(2, after), publishType)
    expect(second).toMatchObject({ state: 'finished', depositionId: first.depositionId })
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(after))
  })

  it('41: a second file with the bytes of one that stays is copied as well', async () => {
    await world.bring(version(1, before), family)
    loseSource('v2/copy.R')
    const files = { ...before, 'copy.R': 'print(2)' }
    const second = await world.bring(version(2, files), family)
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(files))
  })

  it('41: the token is not told to anybody else, wherever Zenodo may send us for the bytes', async () => {
    await world.bring(version(1, before), family)
    loseSource('v2/new.R')
    const elsewhere = world.source.put('kept/old.R', 'plot(1)')
    const seen: Array<string | undefined> = []
    world.source.misbehave('kept/old.R', (request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(200, { 'content-length': 7 }).end('plot(1)')
    })
    const answer = { status: 302, headers: { location: elsewhere }, body: '' }
    await world.zenodo.fault({ match: { method: 'GET', path: '/api/files/.*/old' }, ...answer })
    const second = await world.bring(version(2, after), family)
    expect(second.state).toBe('finished')
    expect(seen).toEqual([undefined])
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(after))
  })

  it('41: known by size only, it cannot be told from others: the error names the file, and nothing is removed', async () => {
    await world.bring(version(1, before, { checksums: false }), family)
    loseSource('v2/new.R')
    const second = await world.bring(version(2, after, { checksums: false }), family)
    expect(second).toMatchObject({ state: 'error', attempts: 1, error: { code: 'source_missing' } })
    expect(second.error?.message).toContain('"new.R"')
    expect(second.error?.hint).toContain('with a fresh source')
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(before))
  })
})

describe.each(submissionsOnce)('renamed files in a full record on %s of %s', (kind, family) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: { 'limits.filesPerRecord': 2 }, emulator: { filesPerRecord: 2 } })
  })
  afterEach(() => world.close())
  const before = { 'old.R': 'plot(1)', 'same.R': 'print(2)' }
  const after = { 'new.R': 'plot(1)', 'same.R': 'print(2)' }

  it('41: the old name makes room, once the source is known to be readable', async () => {
    await world.bring(versionOf(family, 1, before), family)
    const second = await world.bring(versionOf(family, 2, after), family)
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(after))
  })

  it('41: without its source the error names the file, and the old name stays', async () => {
    await world.bring(versionOf(family, 1, before), family)
    world.source.misbehave(`${family}/v2/new.R`, (_request, response) => response.writeHead(404).end(), 100)
    const second = await world.bring(versionOf(family, 2, after), family)
    expect(second).toMatchObject({ state: 'error', error: { code: 'source_missing' } })
    expect(second.error?.message).toContain('"new.R"')
    expect(held(await world.zenodo.record(second.depositionId))).toEqual(md5s(before))
  })
})
