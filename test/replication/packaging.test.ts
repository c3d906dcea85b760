import { afterEach, describe, expect, it } from 'vitest'
import type { DepositionId } from '../../src/core/copy.ts'
import { apiOf, backends } from '../support/backends.ts'
import { filesInZip } from '../support/read-zip.ts'
import { createWorld, held, hex, md5s, type World } from '../support/world.ts'

type Contents = Record<string, string>

const numbered = (count: number, content: (index: number) => string, folder = ''): Contents =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${folder}f${String(index).padStart(4, '0')}.csv`, content(index)]),
  )
const puts = (calls: readonly string[]) => calls.filter((call) => call.startsWith('put ')).toSorted()

describe.each(backends)('more than a record can hold on %s', (kind) => {
  let world: World
  afterEach(() => world.close())

  /** What a deposition's archives hold, and what stands beside them: name → md5. */
  const unpacked = async (id: DepositionId | null) => {
    const all: Contents = {}
    const record = await world.zenodo.record(id)
    const place = `${world.emulator.url}/api/records/${id}${record.state === 'done' ? '' : '/draft'}/files`
    for (const [name, md5] of Object.entries(held(record))) {
      const isArchive = /^(more-files|raw|folders).*\.zip$/.test(name)
      if (!isArchive) all[name] = md5
      else Object.assign(all, await filesInZip(await bytesOf(`${place}/${encodeURIComponent(name)}/content`)))
    }
    return all
  }
  const bytesOf = async (url: string) => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${world.emulator.token}` } })
    expect([url, answer.status]).toEqual([url, 200])
    return Buffer.from(await answer.arrayBuffer())
  }

  it('56, 73: 240 files, 12 of them empty, are packed and published; a version that changes three sends only what changed', async () => {
    world = await createWorld(kind)
    const files = numbered(240, (index) => (index % 20 === 0 ? '' : `${index}`.repeat(index)))
    const first = await world.bring({ software: files }, 'software_publish')
    expect(first).toMatchObject({ state: 'finished', filesTotal: 240, filesDone: 240 })
    expect(await unpacked(first.depositionId)).toEqual(md5s(files))
    const record = await world.zenodo.record(first.depositionId)
    expect(record.state).toBe('done')
    expect(Object.keys(held(record))).toHaveLength(76)

    const rows = await world.app.reading.files(first.id)
    expect(rows.find((file) => file.path === 'f0001.csv')).toMatchObject({
      archive: 'more-files.zip',
      state: 'sent',
      md5: hex('md5', '1'),
    })
    expect(rows.find((file) => file.path === 'f0239.csv')).toMatchObject({ archive: null, state: 'sent' })
    const [finished] = await world.outbox()
    expect(finished?.payload.files).toContainEqual(
      expect.objectContaining({ path: 'f0020.csv', archive: 'more-files.zip' }),
    )

    await world.zenodo.forgetRequests()
    const changed = { ...files, 'f0021.csv': 'changed', 'f0237.csv': 'c'.repeat(711), 'f0239.csv': 'd'.repeat(717) }
    const second = await world.bring({ number: 2, software: changed }, 'software_publish')
    expect(second).toMatchObject({ state: 'finished', filesDone: 240 })
    expect(puts(await world.zenodo.calls())).toEqual(['put f0237.csv', 'put f0239.csv', 'put more-files.zip'])
    expect(await unpacked(second.depositionId)).toEqual(md5s(changed))
  })

  it('73: 5,000 small files are packed and published, and a version that changes three sends only their archives', async () => {
    world = await createWorld(kind)
    const files = numbered(5000, (index) => `row ${index}\n`)
    const first = await world.bring({ data: files, published: true }, 'data')
    expect(first).toMatchObject({ state: 'finished', attempts: 1, filesDone: 5000 })
    expect(await unpacked(first.depositionId)).toEqual(md5s(files))
    const sent = puts(await world.zenodo.calls())
    expect(sent.length).toBeLessThanOrEqual(100)

    await world.zenodo.forgetRequests()
    const changed = { ...files, 'f0003.csv': 'ROW 3\n', 'f1003.csv': 'row 1003!', 'f4999.csv': 'row 4,999!\n' }
    const second = await world.bring({ number: 2, data: changed, published: true }, 'data')
    expect(second).toMatchObject({ state: 'finished', filesDone: 5000 })
    expect(await unpacked(second.depositionId)).toEqual(md5s(changed))
    expect(puts(await world.zenodo.calls()).length).toBeLessThanOrEqual(3)
  }, 60_000)

  it('73: files in folders go into the archive of their folder, and a long name into one beside it', async () => {
    world = await createWorld(kind)
    const files = { 'README.md': 'read me', 'raw/a.csv': 'a', 'raw/b/c.csv': 'c', [`${'n'.repeat(300)}.csv`]: 'long' }
    const copy = await world.bring({ data: files, published: true }, 'data')
    expect(copy).toMatchObject({ state: 'finished', filesDone: 4 })
    expect(Object.keys(held(await world.zenodo.record(copy.depositionId))).toSorted()).toEqual([
      'README.md',
      'more-files.zip',
      'raw.zip',
    ])
    expect(await unpacked(copy.depositionId)).toEqual(md5s(files))
  })

  it('an archive with unchanged files is known without reading a source, in the publish copy and in the next version', async () => {
    world = await createWorld(kind)
    const files = { 'a.csv': 'a', 'raw/b.csv': 'b', 'raw/c.csv': 'c' }
    await world.bring({ software: files }, 'software')
    expect(world.source.hits('software/v1/raw/b.csv')).toBe(1)
    await world.bring({ software: files }, 'software_publish')
    await world.bring({ number: 2, software: { ...files, 'a.csv': 'changed' } }, 'software_publish')
    await world.bring({ number: 3, software: { ...files, 'a.csv': 'again' } }, 'software_publish')
    const hits = ['v1', 'v2', 'v3'].map((version) => world.source.hits(`software/${version}/raw/b.csv`))
    expect(hits).toEqual([1, 0, 0])
    expect(puts(await world.zenodo.calls())).toEqual(['put a.csv', 'put a.csv', 'put a.csv', 'put raw.zip'])
    const records = (await world.zenodo.records()).filter((record) => record.state === 'done')
    expect(await unpacked(records.at(-1)?.id ?? null)).toEqual(md5s({ ...files, 'a.csv': 'again' }))
  })

  it('without checksums an archive is read to tell whether it is the same, and not sent when it is', async () => {
    world = await createWorld(kind)
    const files = { 'raw/b.csv': 'b', 'raw/c.csv': 'c' }
    await world.bring({ software: files, checksums: false }, 'software_publish')
    const same = await world.bring({ number: 2, software: files, checksums: false }, 'software_publish')
    expect(same.state).toBe('finished')
    expect(world.source.hits('software/v2/raw/b.csv')).toBe(1)
    expect(puts(await world.zenodo.calls())).toEqual(['put raw.zip'])
    const changed = await world.bring(
      { number: 3, software: { ...files, 'raw/c.csv': 'C' }, checksums: false },
      'software',
    )
    expect(await unpacked(changed.depositionId)).toEqual(md5s({ ...files, 'raw/c.csv': 'C' }))
  })

  it('a changed file of the same size is known to change its archive: its files are read once, to send them', async () => {
    world = await createWorld(kind)
    await world.bring({ software: { 'raw/b.csv': 'b', 'raw/c.csv': 'c' } }, 'software_publish')
    const copy = await world.bring({ number: 2, software: { 'raw/b.csv': 'b', 'raw/c.csv': 'C' } }, 'software')
    expect(await unpacked(copy.depositionId)).toEqual(md5s({ 'raw/b.csv': 'b', 'raw/c.csv': 'C' }))
    expect(world.source.hits('software/v2/raw/b.csv')).toBe(1)
  })

  it.each([
    ['too_many_files', '101 files, but a record holds at most 100', numbered(101, () => 'x')],
    ['name_not_accepted', '"raw/a.csv"', { 'raw/a.csv': 'a' }],
  ])('73: with packaging never the copy is parked with %s before the first request', async (code, words, files) => {
    world = await createWorld(kind, { config: { packaging: 'never' } })
    const copy = await world.bring({ software: files }, 'software')
    expect(copy).toMatchObject({ state: 'error', attempts: 0, error: { code } })
    expect(copy.error?.message).toContain(words)
    expect(copy.error?.hint).toContain('packaging')
    expect(await world.zenodo.requests()).toEqual([])
  })

  it('73: more bytes than a record takes are refused before the first request, packed or not', async () => {
    world = await createWorld(kind)
    const manifest = world.manifest({ software: { 'a.bin': 'a', 'raw/b.bin': 'b', 'raw/c.bin': 'c' } })
    for (const file of manifest.files.software) file.size = 20_000_000_000
    const { software } = await world.enqueueManifest(manifest, 'software')
    await world.work()
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'error', attempts: 0, error: { code: 'too_many_bytes' } })
    expect(copy.error?.message).toContain('50000000000 (limits.bytesPerRecord)')
    expect(await world.zenodo.requests()).toEqual([])
  })

  it('files of a changed archive whose sources are gone are read from the archive that Zenodo has', async () => {
    world = await createWorld(kind)
    const files = numbered(30, (index) => `${index}`.repeat(10_000 * (index % 3)), 'raw/')
    await world.bring({ software: files }, 'software_publish')
    const { 'raw/f0010.csv': _, ...others } = files
    const changed = { ...others, 'raw/f0005.csv': 'changed', 'raw/f0020a.csv': 'new' }
    const manifest = world.manifest({ number: 2, software: changed })
    for (const file of manifest.files.software) {
      const isNew = file.path === 'raw/f0005.csv' || file.path === 'raw/f0020a.csv'
      if (!isNew) file.source = `${world.source.url}/gone`
    }
    const { software_publish } = await world.enqueueManifest(manifest, 'software_publish')
    await world.work()
    const copy = await world.copy(software_publish!.id)
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await unpacked(copy.depositionId)).toEqual(md5s(changed))
  })

  const laterSourcesGone = async (type: 'software' | 'software_publish') => {
    world = await createWorld(kind)
    const files = { 'raw/a.csv': 'a', 'raw/b.csv': 'b'.repeat(50_000) }
    await world.bring({ software: files }, type)
    const changed = { ...files, 'raw/a.csv': 'changed' }
    const manifest = world.manifest({ number: 2, software: changed })
    for (const file of manifest.files.software) if (file.path === 'raw/b.csv') file.source = `${world.source.url}/gone`
    const { software } = await world.enqueueManifest(manifest, 'software')
    await world.work()
    return { files, changed, second: await world.copy(software!.id) }
  }

  it('a source of a changed archive that turns out to be gone late is read from the published version', async () => {
    const { second, changed } = await laterSourcesGone('software_publish')
    expect(second).toMatchObject({ state: 'finished', attempts: 1 })
    expect(await unpacked(second.depositionId)).toEqual(md5s(changed))
  })

  it('a source that turns out to be gone late takes no bytes along that only the draft has', async () => {
    const { second, files, changed } = await laterSourcesGone('software')
    // without a call that replaces a file, the archive goes before the new one comes
    const expected = apiOf(kind) === 'deposit' ? { state: 'finished' } : { error: { code: 'source_missing' } }
    expect(second).toMatchObject(expected)
    expect(await unpacked(second.depositionId)).toEqual(md5s(apiOf(kind) === 'deposit' ? changed : files))
  })

  it('a wrong file is named with its archive, and the archive does not become whole', async () => {
    world = await createWorld(kind)
    const { software } = await world.enqueue({ software: { 'raw/a.csv': 'a', 'raw/b.csv': 'b' } }, 'software')
    world.source.put('software/v1/raw/b.csv', 'X')
    await world.work()
    const copy = await world.copy(software!.id)
    expect(copy).toMatchObject({ state: 'error', error: { code: 'source_checksum_differs' } })
    expect(copy.error?.message).toMatch(/archive "raw\.zip".*"raw\/b\.csv"/)
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual({})
  })

  it('a copy that was cut off in the middle goes on without sending finished archives again', async () => {
    world = await createWorld(kind, {
      config: { 'worker.filesInFlight': 1, 'worker.filesInFlightMost': 1 },
    })
    const files = { ...numbered(5, (index) => `${index}`, 'raw/'), ...numbered(5, (index) => `${index}`, 'folders/') }
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/.*/raw.zip' }, delayMs: 60_000, status: 503 })
    const { software } = await world.enqueue({ software: files }, 'software')
    const stop = new AbortController()
    const working = world.app.worker({ mode: 'once', only: null }, stop.signal)
    await expect
      .poll(async () => (await world.app.reading.files(software!.id)).filter((file) => file.state === 'sent'))
      .toHaveLength(5)
    stop.abort('stop')
    await working
    await world.zenodo.clearFaults()
    await world.work()
    expect(await world.copy(software!.id)).toMatchObject({ state: 'finished', filesDone: 10 })
    const calls = puts(await world.zenodo.calls())
    expect(calls.filter((call) => call === 'put folders.zip')).toHaveLength(1)
    expect(await unpacked(software!.depositionId ?? (await world.copy(software!.id)).depositionId)).toEqual(md5s(files))
  })
})
