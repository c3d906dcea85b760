import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import yauzl from 'yauzl'
import { archiveLength } from '../../../src/core/packaging/archive-length.ts'
import { contentsLength, contentsList, contentsName } from '../../../src/core/packaging/contents.ts'
import { centralDirectory, zipLength } from '../../../src/core/packaging/zip-layout.ts'
import { readZip } from '../../support/read-zip.ts'
import { layOut, Sparse } from '../../support/sparse-zip.ts'

const giga = 2 ** 30

it('an archive beyond 4 GiB has the length that was worked out, and another reader finds sizes, places and bytes', async () => {
  const files = [
    { path: 'small.txt', size: 5, content: 'first' },
    { path: 'just-below.bin', size: 0xfffffffe },
    { path: 'huge.bin', size: 5 * giga },
    { path: 'just-there.bin', size: 0xffffffff },
    { path: 'behind.txt', size: 4, content: 'last' },
  ]
  const { pieces, length } = layOut(files)
  expect(zipLength(files)).toBe(length)

  const zip = await yauzl.fromRandomAccessReaderPromise(new Sparse(pieces), length, { autoClose: false })
  const found: yauzl.Entry[] = []
  for await (const entry of zip.eachEntry()) found.push(entry)
  expect(found.map((entry) => [entry.fileName, entry.uncompressedSize, entry.compressedSize])).toEqual(
    files.map(({ path, size }) => [path, size, size]),
  )
  expect(found.map((entry) => entry.versionNeededToExtract)).toEqual([20, 20, 45, 45, 45])
  const [first, , , , last] = found
  expect(await text(await zip.openReadStreamPromise(first!))).toBe('first')
  expect(await text(await zip.openReadStreamPromise(last!))).toBe('last')
  expect(last?.relativeOffsetOfLocalHeader).toBeGreaterThan(12 * giga)
})

it('65,535 files and more are counted in the ZIP64 fields', async () => {
  const entries = Array.from({ length: 65_535 }, (_, index) => ({ path: `f${index}`, size: 0, crc: 0, offset: index }))
  const directory = centralDirectory(entries, 4_000_000)
  const length = 4_000_000 + directory.length
  const reader = new Sparse([{ at: 4_000_000, bytes: directory }])
  const zip = await yauzl.fromRandomAccessReaderPromise(reader, length, { autoClose: false })
  expect(zip.entryCount).toBe(65_535)
})

const path = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((name) => `d/${name.replace(/[\\/\p{Cc}]/gu, '_')}`)
const entries = fc.uniqueArray(fc.record({ path, content: fc.string({ maxLength: 50 }) }), {
  selector: (file) => file.path,
  maxLength: 20,
})

it('any files come out of another reader as they went in, and the length is right', async () => {
  await fc.assert(
    fc.asyncProperty(entries, async (given) => {
      const files = given.map((file) => ({ ...file, size: Buffer.byteLength(file.content) }))
      const { pieces, length } = layOut(files)
      const bytes = Buffer.concat(pieces.map((piece) => piece.bytes))
      expect(bytes).toHaveLength(length)
      expect(zipLength(files)).toBe(length)
      const found = await readZip(bytes)
      expect(found.map((entry) => [entry.path, entry.content.toString()])).toEqual(
        given.map((file) => [file.path, Buffer.from(file.content).toString()]),
      )
    }),
  )
})

it('the list of contents has the length that was worked out, under a name that no member has', () => {
  const members = [
    { path: 'packed-files.tsv', size: 12, md5: 'a'.repeat(32) },
    { path: 'Größe/日本.csv', size: 12_345_678_901, md5: 'b'.repeat(32) },
  ]
  expect(contentsList(members)).toHaveLength(contentsLength(members))
  expect(contentsName(members)).toBe('packed-files (2).tsv')
  expect(archiveLength(members)).toBe(
    zipLength([...members, { path: 'packed-files (2).tsv', size: contentsLength(members) }]),
  )
})
