/** Can another reader open what we pack, whatever names a manifest may hold and however large the files are? */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import yauzl from 'yauzl'
import type { CopyFile } from '../../src/core/copy.ts'
import { isFailure } from '../../src/core/failure.ts'
import { parseManifest } from '../../src/core/manifest/manifest.ts'
import { archiveLength } from '../../src/core/packaging/archive-length.ts'
import { contentsName } from '../../src/core/packaging/contents.ts'
import { alone, byArchive, pack } from '../../src/core/packaging/pack.ts'
import { dataStarts, zipLength } from '../../src/core/packaging/zip-layout.ts'
import { fullInput } from '../core/full-manifest.ts'
import { layOut, Sparse } from '../support/sparse-zip.ts'
import { chance, patience } from './fuzzing.ts'

const part = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
  fc.constantFrom(
    '..',
    '.',
    'C:',
    'NUL',
    'a',
    'b',
    'packed-files.tsv',
    'more-files.zip',
    ' ',
    '~',
    'é',
    'e\u0301',
    '\u202e',
    '\\',
    'x'.repeat(250),
    '日'.repeat(200),
  ),
)
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const size = fc.oneof(fc.nat({ max: 1000 }), fc.constantFrom(0, 1, 0xfffffffe, 0xffffffff, 0x1_0000_0000, 5e9, 2 ** 40))
const files = fc.array(fc.record({ path, size }), { minLength: 1, maxLength: 12 })

/** Those that a manifest may hold together. */
function accepted(given: ReadonlyArray<{ path: string; size: number }>) {
  const taken: Array<{ path: string; size: number }> = []
  for (const file of given) {
    const data = [...taken, file].map((each) => ({ ...each, source: 'https://files.example/x' }))
    if (parseManifest({ ...fullInput(), files: { data } }).ok) taken.push(file)
  }
  return taken
}

test('names and sizes of any files are found again, at their places', { timeout: patience }, async () => {
  let seen = 0
  const judge = async (given: ReadonlyArray<{ path: string; size: number }>) => {
    const members = accepted(given).toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const { pieces, length } = layOut(members)
    expect(zipLength(members)).toBe(length)
    const zip = await yauzl.fromRandomAccessReaderPromise(new Sparse(pieces), length, {
      autoClose: false,
      strictFileNames: true,
    })
    const found: yauzl.Entry[] = []
    for await (const entry of zip.eachEntry()) found.push(entry)
    expect(found.map((entry) => [entry.fileName, entry.uncompressedSize])).toEqual(
      members.map((file) => [file.path, file.size]),
    )
    const starts = dataStarts(members)
    for (const entry of found) {
      const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
      expect(fileDataStart).toBe(starts.get(entry.fileName))
    }
    seen += found.length
  }
  await fc.assert(fc.asyncProperty(files, judge), chance(150))
  expect(seen).toBeGreaterThan(100)
})

const limits = fc.record({
  filesPerRecord: fc.integer({ min: 1, max: 12 }),
  bytesPerFile: fc.constantFrom(100, 5e9, 1e15),
  bytesPerRecord: fc.constantFrom(1000, 50e9, 1e16),
})

test('any files are packed within the limits, each once and under names of their own, or refused', {
  timeout: patience,
}, () => {
  let packed = 0
  const judge = (
    given: ReadonlyArray<{ path: string; size: number }>,
    room: { filesPerRecord: number; bytesPerFile: number; bytesPerRecord: number },
  ) => {
    const blank = { checksum: null, source: '', state: 'pending', md5: null, bytesDone: 0, archive: null } as const
    const wanted: CopyFile[] = accepted(given).map((file) => ({ ...file, ...blank }))
    try {
      const placed = pack(wanted, room, 'auto')
      packed += 1
      expect(placed.map((file) => file.path)).toEqual(wanted.map((file) => file.path))
      const archives = byArchive(placed)
      const names = [
        ...alone(placed)
          .filter((file) => file.size > 0)
          .map((file) => file.path),
        ...archives.map(({ name }) => name),
      ]
      expect(new Set(names).size).toBe(names.length)
      expect(names.length).toBeLessThanOrEqual(room.filesPerRecord)
      for (const { members } of archives) {
        expect(archiveLength(members)).toBeLessThanOrEqual(room.bytesPerFile)
        expect(members.map((file) => file.path)).not.toContain(contentsName(members))
      }
    } catch (error) {
      if (!isFailure(error)) throw error
      expect(error.next).toBe('stop')
    }
  }
  fc.assert(fc.property(files, limits, judge), chance(300))
  expect(packed).toBeGreaterThan(50)
})
