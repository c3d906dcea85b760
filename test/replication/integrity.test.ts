import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backends } from '../support/backends.ts'
import { createWorld, held, hex, md5s, type World } from '../support/world.ts'

describe.each(backends)('files and integrity on %s', (kind) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(kind)
  })
  afterEach(() => world.close())

  it('56: an empty file is not sent, verification passes, and the skip is on record', async () => {
    const copy = await world.bring({ software: { 'a.txt': '0123456789', 'empty.txt': '' } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', filesTotal: 1, filesDone: 1 })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'a.txt': '0123456789' }))
    const files = await world.app.reading.files(copy.id)
    expect(files.map((file) => [file.path, file.state])).toEqual([
      ['a.txt', 'sent'],
      ['empty.txt', 'skipped'],
    ])
  })

  it('58: names reach Zenodo exactly, and delete and replace address the same names', async () => {
    const names = ['a b.txt', 'a+b.txt', 'a#b.txt', '50%.txt', 'é.txt', 'x;y.txt', 'q?r.txt']
    const files = Object.fromEntries(names.map((name) => [name, `content of ${name}`]))
    const first = await world.bring({ software: files }, 'software')
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s(files))
    const [kept, ...gone] = names
    await world.bring({ number: 2, software: { [kept!]: 'replaced' } }, 'software')
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s({ [kept!]: 'replaced' }))
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('delete')).toSorted()).toEqual(
      gone.map((name) => `delete ${name}`).toSorted(),
    )
  })

  it.each(['md5', 'sha1', 'sha256', 'sha384', 'sha512'])(
    '61: bytes that do not have the promised %s never become a file at Zenodo',
    async (algorithm) => {
      const manifest = world.manifest({ software: { 'good.txt': 'fine', 'bad.txt': 'expected' } })
      const file = manifest.files.software.find((one) => one.path === 'bad.txt')!
      file.checksum = `${algorithm.replace('sha', 'sha-')}:${hex(algorithm, 'expected')}`
      world.source.put('software/v1/bad.txt', 'tampere!')
      const { software } = await world.enqueueManifest(manifest, 'software')
      await world.work()
      const copy = await world.copy(software!.id)
      expect(copy).toMatchObject({ state: 'error', error: { code: 'source_checksum_differs' } })
      expect(copy.error?.message).toContain('bad.txt')
      expect(held(await world.zenodo.record(copy.depositionId))).not.toHaveProperty('bad.txt')
    },
  )

  it('63: sizes are bytes, also in text with letters of several bytes and CRLF', async () => {
    const text = 'Größe;Länge\r\n日本語;1\r\n'
    const copy = await world.bring({ data: { 'werte.csv': text }, published: true }, 'data')
    expect(copy).toMatchObject({ state: 'finished', bytesTotal: Buffer.byteLength(text) })
    expect(held(await world.zenodo.record(copy.depositionId))).toEqual(md5s({ 'werte.csv': text }))
  })

  it.each([403, 404])(
    '64: a source that answers %i with an error page sends nothing to Zenodo and names the file',
    async (status) => {
      world.source.misbehave(
        'software/v1/a.txt',
        (_request, response) => {
          response.writeHead(status, { 'content-type': 'application/xml' })
          response.end('<Error><Code>AccessDenied</Code></Error>')
        },
        100,
      )
      const copy = await world.bring({ software: { 'a.txt': 'x' } }, 'software')
      expect(copy).toMatchObject({ state: 'error', attempts: 1, error: { code: 'source_missing' } })
      expect(copy.error?.message).toContain('a.txt')
      expect((await world.zenodo.calls()).filter((call) => call.startsWith('put'))).toEqual([])
    },
  )

  it('71: a resumed copy sends only the files that are not there yet', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}.txt`, `content ${index}`]))
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/.*/f17' },
      times: 4,
      status: 503,
      body: 'busy',
    })
    const copy = await world.bring({ software: files, checksums: false }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 2 })
    const puts = (await world.zenodo.calls()).filter((call) => call.startsWith('put'))
    for (const name of Object.keys(files).filter((one) => one !== 'f17.txt')) {
      expect(
        puts.filter((call) => call === `put ${name}`),
        name,
      ).toHaveLength(1)
    }
  })

  it('a file without checksum whose bytes changed at the same size is noticed by reading it', async () => {
    const first = await world.bring({ software: { 'a.txt': 'old!', 'b.txt': 'same' }, checksums: false }, 'software')
    await world.zenodo.forgetRequests()
    await world.bring({ number: 2, software: { 'a.txt': 'new!', 'b.txt': 'same' }, checksums: false }, 'software')
    expect((await world.zenodo.calls()).filter((call) => call.startsWith('put'))).toEqual(['put a.txt'])
    expect(held(await world.zenodo.record(first.depositionId))).toEqual(md5s({ 'a.txt': 'new!', 'b.txt': 'same' }))
  })

  it('72: an upload that Zenodo refuses after the headers ends at once, and the worker is free', async () => {
    await world.zenodo.fault({
      match: { method: 'PUT', path: '/api/files/' },
      times: 0,
      afterBytes: 1000,
      status: 413,
      body: 'too large',
    })
    const copy = await world.bring({ software: { 'big.bin': Buffer.alloc(20_000_000, 7) } }, 'software')
    expect(copy.state).toBe('error')
    const other = await world.bring({ doi: '10.5061/dryad.other', software: {} }, 'software')
    expect(other.state).toBe('finished')
  })

  it('114: an upload carries its length, no chunks and no JSON type; a broken one starts over from a fresh source', async () => {
    await world.zenodo.fault({ match: { method: 'PUT', path: '/api/files/' }, afterBytes: 5000, drop: true })
    const content = Buffer.alloc(200_000, 3)
    const copy = await world.bring({ software: { 'a.bin': content } }, 'software')
    expect(copy).toMatchObject({ state: 'finished', attempts: 1 })
    const puts = (await world.zenodo.requests()).filter(
      (request) => request.method === 'PUT' && request.path.includes('/files/'),
    )
    expect(puts).toHaveLength(2)
    for (const put of puts) {
      expect(put.headers).toMatchObject({ 'content-length': '200000', 'content-type': 'application/octet-stream' })
      expect(put.headers).not.toHaveProperty('transfer-encoding')
    }
    expect(world.source.hits('software/v1/a.bin')).toBe(2)
  })
})
