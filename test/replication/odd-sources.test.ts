/** What if the bytes come from an address that a person typed, or from a server with habits of its own? */
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../support/database.ts'
import { createWorld, held, md5s, type World } from '../support/world.ts'

describe.each(databases)('sources with habits of their own, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())
  const path = 'software/v1/model.R'
  const files = { 'model.R': 'fit <- lm(y ~ x)\n' }
  const sends = (handler: (response: ServerResponse) => void) =>
    world.source.misbehave(path, (_request, response) => handler(response), 100)
  const puts = async () =>
    (await world.zenodo.requests()).filter(({ method, path: at }) => method === 'PUT' && at.startsWith('/api/files/'))

  it('65: a source without a length arrives under the length of the manifest', async () => {
    // without content-length node sends chunks
    sends((response) => response.writeHead(200, { 'content-type': 'text/plain' }).end(files['model.R']))
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s(files))
    expect((await puts()).map(({ headers }) => headers['content-length'])).toEqual(['17'])
  })

  it.each([1, 10])('66: %i redirects on the way to the file are followed', async (hops) => {
    for (let hop = 1; hop < hops; hop += 1) {
      world.source.misbehave(`hop-${hop}`, (_request, response) =>
        response.writeHead(302, { location: `/hop-${hop + 1}` }).end(),
      )
    }
    const raw = world.source.put('raw', files['model.R'])
    world.source.misbehave(`hop-${hops}`, (_request, response) => response.writeHead(301, { location: raw }).end())
    sends((response) => response.writeHead(302, { location: '/hop-1' }).end())
    const manifest = world.manifest({ software: files })
    manifest.files.software[0]!.source = `${world.source.url}/hop-1`
    const { software } = await world.enqueueManifest(manifest, 'software')
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished', attempts: 1 })
    expect(world.source.hits('raw')).toBe(1)
  })

  it.each([
    [
      'more redirects than ten',
      'source_missing',
      (response: ServerResponse) => response.writeHead(302, { location: `/${encodeURIComponent(path)}` }).end(),
    ],
    [
      'the web page about the file',
      'source_wrong_type',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<!DOCTYPE html>'),
    ],
    [
      'another size than was recorded',
      'source_size_differs',
      (response: ServerResponse) => response.writeHead(200).end('fit <- lm(y ~ x + z)\n'),
    ],
    [
      'less than was recorded',
      'source_size_differs',
      (response: ServerResponse) => response.writeHead(200, { 'content-length': 3 }).end('fit'),
    ],
  ])('66: %s ends in an error that names the file, and Zenodo never has it', async (_name, code, handler) => {
    sends(handler)
    const copy = await world.bring({ software: files }, 'software_publish')
    expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code } })
    expect(copy.error?.message).toContain('model.R')
    expect((await world.zenodo.record(copy.depositionId)).files).toEqual([])
    expect((await world.outbox()).map(({ kind: told }) => told)).toEqual(['copy.error'])
  })
})

describe.each(databases)('more than a record holds, on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind, { config: { packaging: 'never' } })
  })
  afterEach(() => world.close())

  it.each(['data', 'software', 'supp'] as const)(
    '73: 101 %s files are refused before the first request, and parked until a person acts',
    async (family) => {
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}.txt`, 'x']))
      const copy = await world.bring({ [family]: many }, family)
      expect(copy).toMatchObject({ state: 'error', attempts: 0, error: { code: 'too_many_files' } })
      expect(copy.error?.message).toMatch(/101 files.*100/)
      await world.work()
      expect(await world.copy(copy.id)).toEqual(copy)
      expect(await world.zenodo.calls()).toEqual([])
      expect((await world.outbox()).map(({ kind: told }) => told)).toEqual(['copy.error'])
    },
  )

  it.each([
    ['data', 50_000_000_000],
    ['supp', 50_000_000_001],
  ] as const)('73: %s files of %i bytes are refused before the first request', async (family, bytes) => {
    const manifest = world.manifest({ [family]: { 'a.bin': 'a', 'b.bin': 'b' } })
    const list = manifest.files[family === 'supp' ? 'supplemental' : family]
    list[0]!.size = bytes - 1
    const copies = await world.enqueueManifest(manifest, family)
    await world.work()
    const copy = await world.copy(copies[family]!.id)
    expect(copy).toMatchObject({ state: 'error', attempts: 0, error: { code: 'too_many_bytes' } })
    expect(copy.error?.message).toContain(String(bytes))
    expect(await world.zenodo.calls()).toEqual([])
  })
})
