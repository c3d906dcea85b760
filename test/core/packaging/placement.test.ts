import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { archiveLength } from '../../../src/core/packaging/archive-length.ts'
import { placeFiles } from '../../../src/core/packaging/placement.ts'

interface File {
  readonly path: string
  readonly size: number
}

const zenodo = { filesPerRecord: 100, bytesPerFile: 50_000_000_000 }
const files = (count: number, path: (index: number) => string, size: (index: number) => number = () => 10): File[] =>
  Array.from({ length: count }, (_, index) => ({ path: path(index), size: size(index) }))
const flat = (index: number) => `file-${String(index).padStart(4, '0')}.csv`

/** Archive → how many files are in it. */
function counts(placement: ReadonlyMap<string, string>): Record<string, number> {
  const groups = Map.groupBy(placement, ([, archive]) => archive)
  return Object.fromEntries([...groups].map(([archive, members]) => [archive, members.length]))
}

describe('where a file goes', () => {
  it('100 files with plain names stay as they are, and empty ones beside them are left out', () => {
    expect(
      placeFiles([...files(100, flat), { path: 'empty', size: 0 }, { path: 'a/empty', size: 0 }], zenodo).size,
    ).toBe(0)
  })

  it('73: of 101 files the 75 largest stay as they are, and the others go into one archive', () => {
    const placement = placeFiles(
      files(101, flat, (index) => 2 ** (index / 4)),
      zenodo,
    )
    expect(counts(placement)).toEqual({ 'more-files.zip': 26 })
    expect([...placement.keys()]).toEqual(expect.arrayContaining(files(24, flat).map((file) => file.path)))
  })

  it('a file that grows a little changes places with no other', () => {
    const given = files(101, flat, () => 1000)
    const grown = given.map((file, index) => (index === 100 ? { ...file, size: 1023 } : file))
    expect(placeFiles(grown, zenodo)).toEqual(placeFiles(given, zenodo))
  })

  it('each folder becomes an archive of its name; files that stand alone stay so', () => {
    const given = [
      ...files(3, (index) => `raw/${index}/a.csv`),
      ...files(2, (index) => `scripts/${index}.R`),
      ...files(5, flat),
    ]
    expect(counts(placeFiles(given, zenodo))).toEqual({ 'raw.zip': 3, 'scripts.zip': 2 })
  })

  it('56: once there is an archive, empty files go into one too', () => {
    const given = [
      { path: 'raw/a.csv', size: 5 },
      { path: 'raw/.keep', size: 0 },
      { path: 'empty.txt', size: 0 },
    ]
    expect(Object.fromEntries(placeFiles(given, zenodo))).toEqual({
      'raw/a.csv': 'raw.zip',
      'raw/.keep': 'raw.zip',
      'empty.txt': 'more-files.zip',
    })
  })

  it('5,000 files are a few archives of some hundred files each', () => {
    const sizes = Object.values(counts(placeFiles(files(5000, flat), zenodo)))
    expect(sizes).toHaveLength(8)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000)
  })

  it('more folders than there may be archives are packed together', () => {
    const placement = placeFiles(
      files(50, (index) => `folder-${index}/a.csv`),
      zenodo,
    )
    expect(counts(placement)).toEqual({ 'folders.zip': 50 })
  })

  it('an archive does not take the name of a file of the version, nor of another archive', () => {
    const given = [
      { path: 'raw.zip', size: 5 },
      { path: 'raw/a.csv', size: 5 },
      { path: 'more-files/b.csv', size: 5 },
      { path: `${'n'.repeat(256)}`, size: 5 },
    ]
    expect([...new Set(placeFiles(given, zenodo).values())].toSorted()).toEqual([
      'more-files (2).zip',
      'more-files.zip',
      'raw (2).zip',
    ])
  })

  it('40 GB of small files stay within the number of archives, and a huge file in a folder has one to itself', () => {
    const given = [
      ...files(
        4000,
        (index) => `raw/${index}.tif`,
        () => 10_000_000,
      ),
      { path: 'raw/huge.tif', size: 9_000_000_000 },
    ]
    const placement = placeFiles(given, zenodo)
    const archives = Map.groupBy(given, (file) => placement.get(file.path) ?? '')
    expect(archives.size).toBeLessThanOrEqual(20)
    expect(archives.get(placement.get('raw/huge.tif') ?? '')).toHaveLength(1)
  })
})

const name = fc.stringMatching(/^[a-c][a-z0-9]{0,2}$/)
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const size = fc.oneof({ weight: 8, arbitrary: fc.nat(2000) }, fc.constant(0), fc.nat(3_000_000_000))
const version = fc.uniqueArray(fc.record({ path, size }), { selector: (file) => file.path, maxLength: 120 })
const room = fc.record({ filesPerRecord: fc.integer({ min: 1, max: 40 }), bytesPerFile: fc.constant(50_000_000_000) })

/** Name → paths, as the record would hold them; empty files that stand alone are not sent. */
function held(given: readonly File[], placement: ReadonlyMap<string, string>): Map<string, File[]> {
  const sent = given.filter((file) => placement.has(file.path) || file.size > 0)
  return Map.groupBy(sent, (file) => placement.get(file.path) ?? file.path)
}

describe('the rule of packaging', () => {
  it('puts every file with content into exactly one place, under a name of its own, within the number of files', () => {
    fc.assert(
      fc.property(version, room, (given, limits) => {
        const placement = placeFiles(given, limits)
        const places = held(given, placement)
        expect(places.size).toBeLessThanOrEqual(limits.filesPerRecord)
        expect([...places.values()].flat()).toHaveLength(
          given.filter((file) => placement.size > 0 || file.size > 0).length,
        )
        for (const [place, members] of places) {
          expect(place).not.toContain('/')
          const packed = members.filter((member) => placement.has(member.path))
          if (packed.length > 0) expect(packed).toHaveLength(members.length)
          if (packed.length > 1) expect(archiveLength(packed)).toBeLessThanOrEqual(limits.bytesPerFile)
        }
      }),
    )
  })

  it('depends on the files only, not on their order', () => {
    fc.assert(
      fc.property(version, room, fc.integer(), (given, limits, seed) => {
        const shuffled = given.toSorted((a, b) => ((a.path.length * 7 + seed) % 5) - ((b.path.length * 7 + seed) % 5))
        expect(placeFiles(shuffled, limits)).toEqual(placeFiles(given, limits))
      }),
    )
  })

  it('a small change moves at most as many other files in or out, and an archive that stays keeps its files', () => {
    const change = fc.record({ remove: fc.nat(3), add: fc.array(fc.record({ path, size }), { maxLength: 3 }) })
    fc.assert(
      fc.property(version, room, change, (given, limits, { remove, add }) => {
        const before = placeFiles(given, limits)
        const kept = given.slice(remove)
        const others = kept.filter((file) => !add.some((one) => one.path === file.path))
        const after = placeFiles([...others, ...new Map(add.map((one) => [one.path, one])).values()], limits)
        // the first archive, and the last one to go, is the one change that concerns everything
        fc.pre(before.size > 0 && after.size > 0)
        const moved = others.filter((file) => file.size > 0 && before.has(file.path) !== after.has(file.path))
        expect(moved.length).toBeLessThanOrEqual(given.length - others.length + add.length)
        const stayed = new Set([...before.values()].filter((archive) => [...after.values()].includes(archive)))
        for (const { path: where } of others) {
          const from = before.get(where)
          const to = after.get(where)
          if (from !== undefined && to !== undefined && stayed.has(from)) expect(to).toBe(from)
        }
      }),
    )
  })
})
